// The single-page theme: links and the search fetch the next page, which replaces the current one. The pages are those of
// the classic theme. The browser loads pages that cannot be fetched, and the results of POST forms.
(function () {
  let currentPath = pathOf(location);
  let latestRequest = 0; // responses to earlier requests are ignored

  function pathOf({pathname, search}) {
    return pathname + search;
  }

  /** Shows the page at a URL; method: pushState, or undefined if the browser already changed the address. */
  async function show(url, method) {
    const number = latestRequest += 1;
    const response = await fetch(url, {headers: {'X-Fakewww-Page': 'yes'}}).catch(() => location.assign(url));
    const page = new DOMParser().parseFromString(response ? await response.text() : '', 'text/html');
    if (!response || number !== latestRequest) return;
    if (method) history[method](null, '', response.url + url.hash);
    currentPath = pathOf(location);
    document.title = page.title;
    document.body.replaceWith(page.body);
    if (method) scrollTo(0, 0);
    callTracker(page);
  }

  /** Makes the tracker calls of the page. A tracker that loads later calls jirafe_deferred itself. */
  function callTracker(page) {
    const calls = page.getElementById('page-calls');
    if (!calls) return;
    const script = document.createElement('script');
    Object.assign(script, {id: calls.id, textContent: calls.textContent});
    document.getElementById(calls.id).replaceWith(script);
    if (window.jirafe_api) window.jirafe_deferred(window.jirafe_api);
  }

  /** Whether the URL is another page of this store. The browser handles the current page and its fragments. */
  const isPage = (url) => url.origin === location.origin && url.pathname.endsWith('/index.html') && pathOf(url) !== currentPath;

  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href]');
    const isPlainClick = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || link.target || !isPlainClick || !isPage(new URL(link.href))) return;
    event.preventDefault();
    show(new URL(link.href), 'pushState');
  });

  document.addEventListener('submit', (event) => {
    const attribute = (name) => event.target.getAttribute(name) || ''; // a field may have the name of a property
    if (attribute('method').toLowerCase() === 'post') return;
    const url = new URL(attribute('action'), location);
    url.search = new URLSearchParams(new FormData(event.target));
    if (!isPage(url)) return;
    event.preventDefault();
    show(url, 'pushState');
  });

  // The address contains the selected variant, so that it can be shared; this is not a new page.
  document.addEventListener('change', ({target}) => {
    if (target.id !== 'sku') return;
    history.replaceState(null, '', `?sku=${encodeURIComponent(target.value)}${location.hash}`);
    currentPath = pathOf(location);
  });

  window.addEventListener('popstate', () => {
    if (pathOf(location) !== currentPath) show(new URL(location.href));
  });
})();
