"""Who sends: a page with a site's write key, which is no secret, or a server with its secret."""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mteja.aws.secrets import Secrets
from mteja.business.sites import Site, Sites
from mteja.errors import BadSignature, Misconfigured
from mteja.identity.identifiers import Trust
from mteja.sources.own import of_segment
from mteja.tracking.sites import Website, website


@dataclass(frozen=True)
class Sender:
    """A site, and whether what comes is a claim or verified."""

    site: Site
    trust: Trust

    @property
    def source(self) -> str:
        """The source of what it tells of persons and orders: `segment-shop`."""
        return of_segment(self.site.id)

    @property
    def website(self) -> Website:
        return website(self.site.write_key)

    @property
    def verified(self) -> bool:
        return self.trust is Trust.VERIFIED


def site_of(write_key: str, sites: Sites) -> Site | None:
    """Return the site whose public key this is."""
    return next((one for one in sites.sites if one.write_key == write_key), None)


def sender(keys: Iterable[str], sites: Sites, secrets: Secrets, origin: str | None) -> Sender:
    """Return who sends, by the first key that we know. `origin`: what a browser says of its page.
    Raises BadSignature for keys that open nothing, ForeignOrigin for a page of another website."""
    given = tuple(keys)
    for key in given:
        site = site_of(key, sites)
        if site is not None:
            website(key).expect(origin)
            return Sender(site, Trust.CLAIMED)
    for key in given:
        for site in sites.sites:
            if _is_secret(key, site, secrets):
                return Sender(site, Trust.VERIFIED)
    raise BadSignature


def _is_secret(key: str, site: Site, secrets: Secrets) -> bool:
    given = key.encode(errors="surrogatepass")

    def verify(known: Sequence[str]) -> None:
        matches = [hmac.compare_digest(given, one.encode()) for one in known]
        if not any(matches):
            raise BadSignature

    try:
        secrets.check(site.secret, verify)
    except (BadSignature, Misconfigured):
        return False  # a site that has no secret yet is told of by no server
    return True
