/*
 * Stands before a tracker's script and numbers what it sends, whatever the transport: `?sent=JAR.1` on the first beacon from
 * a host in a browser context, and so on. How many were sent is in the cookie `sent`, which the harness records with each page.
 */
(function () {
  'use strict';

  const LOSE_EVERY = 0; // every how many-th beacon is counted and not sent; 0 is none
  const PATH = '/v1/tracker';

  /** The URL with the beacon's number, or null for one that is to be lost. */
  function numbered(url) {
    const pair = document.cookie.split('; ').find((each) => each.startsWith('sent='));
    const [jar, before] = pair ? pair.slice(5).split('.') : [Math.random().toString(36).slice(2), 0];
    const count = Number(before) + 1;
    document.cookie = `sent=${jar}.${count}; Path=/; SameSite=Lax`;
    return LOSE_EVERY && count % LOSE_EVERY === 0 ? null : `${url}?sent=${jar}.${count}`;
  }

  const ours = (url) => String(url).endsWith(PATH);

  const sendBeacon = navigator.sendBeacon.bind(navigator);
  navigator.sendBeacon = (url, body) => {
    const to = ours(url) ? numbered(url) : url;
    return to === null || sendBeacon(to, body);
  };

  const realFetch = window.fetch.bind(window);
  window.fetch = (url, options) => {
    const to = ours(url) ? numbered(url) : url;
    return to === null ? Promise.resolve(new Response()) : realFetch(to, options);
  };

  const open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    const to = ours(url) ? numbered(url) : url;
    return open.call(this, method, to === null ? 'data:,' : to, ...rest);
  };
})();
