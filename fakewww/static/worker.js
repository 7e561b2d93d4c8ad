// Forwards all requests of the store's pages except frames. With ?twice it sends each POST to another host twice.
const IS_TWICE = location.search === '?twice';

addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  const {request} = event;
  if (request.destination === 'iframe') return; // the store cannot distinguish a forwarded frame from a page
  const isOurs = new URL(request.url).origin === location.origin;
  if (IS_TWICE && request.method === 'POST' && !isOurs) event.waitUntil(fetch(request.clone()));
  event.respondWith(fetch(request));
});
