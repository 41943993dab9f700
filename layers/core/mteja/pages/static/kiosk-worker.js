// Keeps the tablet's page and its files for when there is no network. Only GET; what is typed is
// kept by the page itself (kiosk.js).
"use strict";

const KEPT = "mteja-kiosk";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  event.respondWith(fromNetworkFirst(request));
});

async function fromNetworkFirst(request) {
  const kept = await caches.open(KEPT);
  try {
    const response = await fetch(request);
    // A page that led elsewhere (the pass has run out) must not stand in for the form.
    if (response.ok && !response.redirected) await kept.put(request, response.clone());
    return response;
  } catch (error) {
    // Another language is asked for by `?lang=`: there is only the page as it was last shown, which
    // says itself in which language it is.
    const ignoreSearch = request.mode === "navigate";
    const before = await kept.match(request, { ignoreVary: true, ignoreSearch });
    if (before) return before;
    throw error;
  }
}
