// Passes on all that the store's pages ask for but frames; with ?twice it sends what they post to other hosts two times.
const IS_TWICE = location.search === '?twice';

addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  const {request} = event;
  if (request.destination === 'iframe') return; // the store could not tell it from a page
  const isOurs = new URL(request.url).origin === location.origin;
  if (IS_TWICE && request.method === 'POST' && !isOurs) event.waitUntil(fetch(request.clone()));
  event.respondWith(fetch(request));
});
