// Tells the site's owner what visitors do. One line of HTML (docs/visitors.md):
//
//   <script defer src="https://…/mteja.js" data-key="…" data-consent="none"></script>
//
// Shipped minified: `make generate` writes mteja.min.js. At most 2,250 bytes gzipped, so words that
// repeat are worth more than clever ones. No global but `mteja`; nothing is thrown into the page.
(() => {
  // Nothing of ours may break the page that it is in.
  const safe =
    (work) =>
    (...given) => {
      try {
        return work(...given);
      } catch {}
    };

  safe(() => {
    const script = document.querySelector("[data-key][src*='mteja.js']");
    const { key, consent } = script.dataset;
    const base = script.src.replace(/mteja\.js.*/, "");
    const queue = [];
    let url, timer, mode, visitor, known, store, entry, paint, active, told, seen, shown;
    let page = {};

    const now = () => performance.now();
    // Not randomUUID, which pages without TLS lack.
    const random = () => crypto.getRandomValues(new Uint32Array(4)).join("z");
    const listen = (target, names, work) =>
      names
        .split(" ")
        .map((name) => target.addEventListener(name, safe(work), { capture: true, passive: true }));
    const plain = (address) => address.split(/[?#]/)[0];

    // ---- What the visitor agreed to
    // A cookie that the server set outlives what a script stored.
    const cookie = () => /\bmteja=([\w-]+)/.exec(document.cookie)?.[1];
    // full: an id that lasts; essential: one that lasts as long as the tab; none, and with Global
    // Privacy Control: no id at all. Each takes back what another left on the device.
    const remember = () => {
      store.mteja = visitor + (known ? " 1" : "");
    };
    const agree = (chosen) => {
      mode = "none";
      visitor = known = store = null;
      if (!navigator.globalPrivacyControl) {
        store = { full: localStorage, essential: sessionStorage }[chosen];
      }
      const [found, was] = (store?.mteja || "").split(" ");
      // Empty, it says that it was taken back: the cookie goes only with the server's answer.
      if (localStorage.mteja) localStorage.mteja = "";
      delete sessionStorage.mteja;
      if (store) {
        mode = chosen;
        visitor = (mode == "full" && cookie()) || found || random();
        known = was;
        remember();
      }
    };

    // ---- Sending
    const post = (path, body) => {
      body = JSON.stringify(body);
      if (!navigator.sendBeacon?.(base + path, body)) {
        fetch(base + path, {
          method: "POST",
          body,
          keepalive: true,
          mode: "no-cors",
          credentials: "include",
        }).catch(() => {});
      }
    };
    const flush = () => {
      timer = clearTimeout(timer);
      // What was taken back in another tab, or agreed to anew, counts here too.
      if (store && !(store.mteja ?? visitor).startsWith(visitor)) agree(store.mteja && mode);
      measure();
      while (queue[0] && navigator.onLine) {
        post("v1/collect", {
          key,
          id: random(),
          sent_at: Date.now(),
          visitor,
          consent: mode,
          known: !!known,
          robot: navigator.webdriver,
          events: queue.splice(0, 10),
        });
      }
    };
    const add = (type, more) => {
      more = { type, at: Date.now(), url, ...more };
      if (queue.push(more) > 9) flush();
      timer ||= setTimeout(safe(flush), 1e4);
      return more;
    };
    const event = (name, properties) => {
      add("event", { name, properties });
    };

    // ---- Pages, by loading and by the history API
    // Of the address's query only what names a campaign or a share, and never the fragment.
    const view = (again) => {
      const address =
        plain(location.href) +
        location.search
          .replace(/[?&](?!(utm_\w+|ref|gclid|msclkid)=|s=(facebook|twitter|x|linkedin|whatsapp|wa|t|telegram|pinterest|reddit|bsky|threads|vk|line|mail|copy|native)(&|$))[^&]*/g, "")
          .replace(/^&/, "?");
      if (again || !url || plain(address) != plain(url)) {
        const before = url ? location.host : document.referrer.split("/")[2];
        leave();
        url = address;
        active = 0;
        told = -1e3;
        page = add("page", {
          referrer: before,
          language: navigator.language,
          screen: innerWidth < 768 ? "s" : innerWidth < 1200 ? "m" : "l",
        });
        entry ||= page;
      }
    };
    // What is known of a page only after a while is put on it before it is left or sent.
    const measure = () => {
      page.title = document.title;
      const { responseStart, domContentLoadedEventEnd, loadEventEnd } =
        performance.getEntriesByType("navigation")[0] || {};
      if (entry && loadEventEnd) {
        entry.load = {
          ttfb: responseStart,
          dom: domContentLoadedEventEnd,
          load: loadEventEnd,
          lcp: paint,
        };
      }
    };

    // ---- Active time: the page is seen and used
    // Between two signs of life at most 15 seconds count. Told when the page is left or hidden, in all,
    // so that the last word on a page is right; and again only for a second more.
    const live = () => {
      if (shown) active += Math.min(now() - seen, 15e3);
      shown = !document.hidden;
      seen = now();
    };
    const leave = () => {
      live();
      measure();
      if (url && active - told > 999) {
        told = active;
        // How long it took to load: the page itself may have been told of before it was there.
        add("leave", { active_ms: active, load: page.load });
      }
    };

    // ---- What is clicked
    const shared = (share_via) => {
      event("Page Shared", { share_via });
      return plain(url) + "?s=" + share_via;
    };
    const copied = (text) => {
      if (plain(text) == plain(url)) shared("copy");
    };
    const favourite = (product_id, removed) =>
      event(removed ? "Product Removed from Wishlist" : "Product Added to Wishlist", { product_id });
    const rate = (product_id, rating) => event("Product Reviewed", { product_id, rating: +rating });
    const click = ({ target }) => {
      target = target.closest("[data-mteja-favourite],[data-mteja-rating],a[href]");
      const { mtejaFavourite, mtejaRating } = target.dataset;
      const { href, host, pathname } = target;
      if (mtejaFavourite) favourite(mtejaFavourite, target.ariaPressed == "true");
      else if (mtejaRating) rate(...mtejaRating.split(":"));
      else {
        const share =
          /^(mail)to:\?|\b(facebook|twitter|x|linkedin|whatsapp|wa|t|telegram|pinterest|reddit|bsky|threads|vk|line)(\.\w+\/|:\/\/)(shar(e|er|ing)(\.php|\/[su]|A|\?)|dialog|intent\/[tpc]|send\/?\?(?!.*phone)|submit|pin\/c|lineit|\?text)/.exec(
            href,
          );
        if (share) shared(share[1] || share[2]);
        else if (/\.(pdf|zip|docx?|xlsx?|pptx?|csv|mp[34]|dmg|exe|apk|epub)$/i.test(pathname))
          event("File Downloaded", { host, path: pathname });
        else if (host != location.host && /^http/.test(href)) event("Outbound Link Clicked", { host });
      }
    };
    // Calls of the page's own that tell of a share go on as they were.
    const overhear = (target, name, work) => {
      const call = target?.[name];
      if (call) {
        target[name] = function (...given) {
          const result = call.apply(this, given);
          safe(work)(...given);
          return result;
        };
      }
    };

    window.mteja = {
      event: safe(event),
      favourite: safe(favourite),
      rate: safe(rate),
      share: safe(shared),
      login: safe(() => {
        known = 1;
        if (store) remember();
        event("Signed In");
      }),
      // Who somebody is goes to another function than what they do, and only with full consent.
      identify: safe((traits) => {
        if (mode == "full") {
          known = 1;
          remember();
          post("v1/identify", {
            writeKey: key,
            anonymousId: visitor,
            messageId: random(),
            timestamp: Date.now(),
            traits,
          });
        }
      }),
      consent: safe((chosen) => {
        if (chosen != mode) {
          // What was done without an id goes without one. What was done with one and is not told yet
          // goes as is agreed now, in one beacon: an answer to another could set the cookie again.
          if (mode == "none") flush();
          safe(agree)(chosen);
          add("consent", { name: mode });
          flush();
        }
      }),
    };

    // Without the attribute, what the visitor agreed to by a call counts until it is taken back.
    safe(agree)(consent || (safe(() => localStorage.mteja ?? cookie())() ? "full" : "none"));
    safe(() =>
      new PerformanceObserver((list) => {
        paint = list.getEntries().pop().startTime;
      }).observe({ type: "largest-contentful-paint", buffered: true }),
    )();
    overhear(history, "pushState", () => view());
    overhear(history, "replaceState", () => view());
    overhear(navigator, "share", () => shared("native"));
    overhear(navigator.clipboard, "writeText", copied);
    listen(window, "popstate", () => view());
    listen(window, "pageshow", ({ persisted }) => persisted && view(1));
    listen(document, "prerenderingchange", () => view());
    listen(document, "click", click);
    listen(document, "copy", () => copied(getSelection() + ""));
    listen(window, "pointermove pointerdown keydown scroll", live);
    listen(window, "visibilitychange pagehide", ({ type }) => {
      live();
      if (document.hidden || type == "pagehide") {
        leave();
        flush();
      }
    });
    listen(window, "online", flush);
    if (!document.prerendering) view();
  })();
})();
