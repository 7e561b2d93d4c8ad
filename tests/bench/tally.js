/*
 * Precedes a tracker's script and numbers its beacons on any transport: `?sent=JAR.1` for the first beacon from a host in a
 * browser context, and so on. The cookie `sent` contains the current number; the harness records it with each page.
 */
(function () {
  'use strict';

  const LOSE_EVERY = 0; // count every N-th beacon without sending it; 0: send all
  const PATH = '/v1/tracker';

  /** The URL with the beacon's number, or null for a beacon to lose. */
  function numbered(url) {
    const pair = document.cookie.split('; ').find((each) => each.startsWith('sent='));
    const [jar, before] = pair ? pair.slice(5).split('.') : [Math.random().toString(36).slice(2), 0];
    const count = Number(before) + 1;
    document.cookie = `sent=${jar}.${count}; Path=/; SameSite=Lax`;
    return LOSE_EVERY && count % LOSE_EVERY === 0 ? null : `${url}?sent=${jar}.${count}`;
  }

  const isTracker = (url) => String(url).endsWith(PATH);

  const sendBeacon = navigator.sendBeacon.bind(navigator);
  navigator.sendBeacon = (url, body) => {
    const to = isTracker(url) ? numbered(url) : url;
    return to === null || sendBeacon(to, body);
  };

  const realFetch = window.fetch.bind(window);
  window.fetch = (url, options) => {
    const to = isTracker(url) ? numbered(url) : url;
    return to === null ? Promise.resolve(new Response()) : realFetch(to, options);
  };

  const open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    const to = isTracker(url) ? numbered(url) : url;
    return open.call(this, method, to === null ? 'data:,' : to, ...rest);
  };
})();
