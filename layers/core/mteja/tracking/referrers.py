"""By which way a visit came: the class of the page before it and of its campaign.

The list is our own. The best-known one, referers.yml, grew out of a file under the GPL and can't
ship (docs/decisions/0010). Names of networks with a domain in many countries stand with a dot at
the end: `google.` is google.com and google.co.tz, and never google.example.com.
"""

from collections.abc import Collection, Mapping

from mteja.tracking import shares

SEARCH, SOCIAL, EMAIL, ASSISTANT = "search", "social", "email", "assistant"
PAID, DIRECT, INTERNAL, CAMPAIGN, REFERRAL = "paid", "direct", "internal", "campaign", "referral"

# The more particular name decides: mail.google.com is e-mail, gemini.google.com an assistant.
_HOSTS = {
    ASSISTANT: """
        chatgpt.com chat.openai.com openai.com claude.ai perplexity.ai gemini.google.com
        bard.google.com copilot.microsoft.com copilot.cloud.microsoft chat.mistral.ai
        chat.deepseek.com grok.com meta.ai you.com poe.com phind.com chat.qwen.ai kimi.com kimi.ai
        doubao.com yiyan.baidu.com notebooklm.google.com duck.ai lumo.proton.me character.ai pi.ai
        huggingface.co
    """,
    EMAIL: """
        mail.google.com com.google.android.gm outlook.live.com outlook.office.com
        outlook.office365.com outlook.com hotmail.com mail.live.com mail.yahoo.com
        mail.yahoo.co.jp mail.aol.com mail.proton.me mail.protonmail.com mail.zoho.com
        mail.zoho.eu mail.yandex.ru mail.yandex.com e.mail.ru navigator.gmx.net gmx.net gmx.com
        mail.com web.de fastmail.com app.fastmail.com icloud.com webmail.freenet.de mail.163.com
        mail.qq.com mail.126.com mail.naver.com mail.daum.net mail.rediff.com mail.orange.fr
        webmail.free.fr laposte.net poczta.wp.pl poczta.onet.pl app.tuta.com hey.com deref-gmx.net
        deref-web.de
    """,
    SOCIAL: """
        facebook.com fb.com fb.me messenger.com instagram.com threads.net threads.com twitter.com
        x.com t.co linkedin.com lnkd.in pinterest. pin.it reddit.com redd.it tiktok.com
        youtube.com youtu.be whatsapp.com wa.me telegram.org t.me snapchat.com tumblr.com vk.com
        vkontakte.ru ok.ru odnoklassniki.ru weibo.com weibo.cn weixin.qq.com wechat.com line.me
        discord.com discordapp.com twitch.tv quora.com medium.com bsky.app bsky.social
        mastodon.social mastodon.online mas.to fosstodon.org xing.com nextdoor.com nextdoor.co.uk
        flickr.com vimeo.com dailymotion.com news.ycombinator.com slack.com viber.com kakao.com
        kakaotalk.com zalo.me sharechat.com koo.app truthsocial.com gab.com gettr.com rumble.com
        lemmy.world tapatalk.com stackoverflow.com jamiiforums.com com.facebook.katana
        com.instagram.android com.linkedin.android com.twitter.android com.pinterest
        com.reddit.frontpage org.telegram.messenger com.whatsapp com.zhiliaoapp.musically
    """,
    SEARCH: """
        google. bing.com duckduckgo.com yahoo. search.yahoo.com yandex. ya.ru baidu.com sogou.com
        so.com ecosia.org qwant.com startpage.com search.brave.com kagi.com mojeek.com
        swisscows.com metager.org metager.de presearch.com presearch.io ask.com aol.com
        search.aol.com lycos.com dogpile.com webcrawler.com info.com excite.com naver.com daum.net
        seznam.cz coccoc.com petalsearch.com sm.cn haosou.com rambler.ru go.mail.ru
        suche.t-online.de suche.web.de search.gmx.net szukaj.onet.pl search.lilo.org lilo.org
        oceanhero.today gibiru.com yep.com search.marginalia.nu
        com.google.android.googlequicksearchbox msn.com onesearch.com search.seznam.cz goo.ne.jp
        searx.be virgilio.it tiscali.it terra.com.br
    """,
    PAID: """
        googleads.g.doubleclick.net doubleclick.net googleadservices.com googlesyndication.com
        ad.doubleclick.net adform.net adnxs.com criteo.com criteo.net taboola.com outbrain.com
        adroll.com bidswitch.net casalemedia.com media.net rubiconproject.com mgid.com
        revcontent.com amazon-adsystem.com teads.tv ads.linkedin.com
    """,
}
_CLASS_OF = {host: kind for kind, hosts in _HOSTS.items() for host in hosts.split()}
# Second parts of countries' domains: google.co.tz is Google's, google.shop.tz is not.
_SECOND_LEVEL = frozenset({"co", "com", "net", "org", "gov", "ac", "or", "ne"})

_PAID_MEDIUMS = frozenset(
    "cpc ppc cpm cpv cpa cpl paid paidsearch paid-search paid_search paidsocial paid-social "
    "paid_social display banner retargeting remarketing sem ad ads advert programmatic".split()
)
_MEDIUMS = {
    "email": EMAIL,
    "e-mail": EMAIL,
    "mail": EMAIL,
    "newsletter": EMAIL,
    "social": SOCIAL,
    "social-media": SOCIAL,
    "social_media": SOCIAL,
    "sm": SOCIAL,
    "organic": SEARCH,
    "search": SEARCH,
    "chat": ASSISTANT,
    "ai": ASSISTANT,
    "referral": REFERRAL,
}


def classify(
    host: str | None,
    campaign: Mapping[str, str] | None = None,
    own: str | None = None,
    origins: Collection[str] = (),
) -> str:
    """Return by which way a page view came: `search`, `social` and so on.

    `host`: of the page before, or an Android app's name; `campaign`: of the address's utm_
    parameters by their short names; `own`: host of the page itself; `origins`: hosts of the same
    website. A paid click is paid wherever it was made; what the campaign says its medium is goes
    before the page before it; of a campaign that says nothing we know, the page before decides, and
    where there is none, it is `campaign`. A shared link came by its network.
    """
    told = _of_campaign(campaign or {})
    if told is not None and told != CAMPAIGN:
        return told
    if host:
        host = _plain(host)
        ours = {_plain(one) for one in (own, *origins) if one}
        if host in ours or any(host.endswith(f".{one}") for one in ours):
            return told or INTERNAL
        known = _of_host(host)
        if known is None and any(one.endswith(f".{host}") for one in ours):
            return told or INTERNAL
        return known or told or REFERRAL
    return told or DIRECT


def _plain(host: str) -> str:
    return host.lower().removeprefix("www.")


def _of_campaign(campaign: Mapping[str, str]) -> str | None:
    if not campaign:
        return None
    medium = campaign.get("medium", "").strip().lower()
    if campaign.get("click") or medium in _PAID_MEDIUMS:
        return PAID
    if medium in _MEDIUMS:
        return _MEDIUMS[medium]
    shared = shares.network(campaign.get("share", ""))
    if shared is not None and not campaign.keys() - {"share"}:
        return SOCIAL if shared in shares.NETWORKS else EMAIL if shared == shares.EMAIL else None
    # ChatGPT and others name themselves as the source of each link: utm_source=chatgpt.com
    source = campaign.get("source", "").strip().lower()
    return _of_host(source) or CAMPAIGN


def _of_host(host: str) -> str | None:
    """Return the class of a host by the longest part of it that is in the list."""
    parts = host.split(".")
    for start in range(len(parts)):
        found = _CLASS_OF.get(".".join(parts[start:]))
        if found is None and _is_country_of(parts[start + 1 :]):
            found = _CLASS_OF.get(f"{parts[start]}.")
        if found is not None:
            return found
    return None


def _is_country_of(rest: list[str]) -> bool:
    """Whether these are the end of a domain: `com`, `de`, `co.tz`."""
    if len(rest) == 1:
        return True
    return len(rest) == 2 and rest[0] in _SECOND_LEVEL and len(rest[1]) == 2
