// The single-page themes: a link and the search fetch the next page, which replaces the current one. The pages are those of the
// classic theme. The browser loads pages that cannot be fetched, and the results of POST forms.
//
// The theme decides what changes the address: pushState (spa), the fragment (hash), or a navigation that the page intercepts
// (navigation). The theme turbo changes it by pushState and first shows the page as it was when it was last left.
(function () {
  const {theme} = document.currentScript.dataset;
  const cache = new Map(); // bodies of the pages that were left, by path; for the theme turbo
  let currentPath = pathOf(location);
  let latestRequest = 0; // responses to earlier requests are ignored

  /** Path and query; in the theme hash those in the fragment, if there are any. */
  function pathOf({pathname, search, hash}) {
    return theme === 'hash' && hash.startsWith('#/') ? hash.slice(1) : pathname + search;
  }

  /** Shows the page at a URL. The address has already changed, unless the page is to be pushed. */
  async function show(url, isPushed) {
    const number = latestRequest += 1;
    const path = theme === 'hash' ? pathOf(location) : url.pathname + url.search;
    if (theme === 'turbo') showPreview(url, path, isPushed);
    const shown = theme === 'hash' ? location.pathname + location.search + location.hash : 'yes';
    const response = await fetch(path, {headers: {'X-Fakewww-Page': shown}}).catch(() => location.assign(url));
    const page = new DOMParser().parseFromString(response ? await response.text() : '', 'text/html');
    if (!response || number !== latestRequest) return;
    if (isPushed && theme === 'spa') history.pushState(null, '', response.url + url.hash);
    currentPath = pathOf(location);
    document.documentElement.removeAttribute('data-turbo-preview');
    document.body.replaceWith(page.body);
    dispatchEvent(new Event('turbo:render'));
    if (isPushed) scrollTo(0, 0);
    await showTitleOf(page);
    if (number === latestRequest) callTracker(page);
  }

  /** Keeps the current page and shows the next one as it was, until it has been fetched. */
  function showPreview(url, path, isPushed) {
    cache.set(currentPath, document.body.cloneNode(true));
    if (isPushed) history.pushState(null, '', url);
    currentPath = path;
    if (!cache.has(path)) return;
    document.documentElement.setAttribute('data-turbo-preview', '');
    document.body.replaceWith(cache.get(path).cloneNode(true));
    dispatchEvent(new Event('turbo:render'));
  }

  /** With late titles, the page gets its title some time later. */
  async function showTitleOf(page) {
    const meta = document.querySelector('meta[name=title]');
    if (!meta) {
      document.title = page.title;
      return;
    }
    meta.content = page.querySelector('meta[name=title]').content;
    await new Promise((next) => setTimeout(next, 300));
    document.title = meta.content;
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

  function open(url) {
    if (theme === 'hash') location.hash = url.pathname + url.search; // and then hashchange
    else show(url, true);
  }

  function handleLinks() {
    document.addEventListener('click', (event) => {
      const link = event.target.closest('a[href]');
      const isPlainClick = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
      if (!link || link.target || !isPlainClick || !isPage(new URL(link.href))) return;
      event.preventDefault();
      open(new URL(link.href));
    });
    document.addEventListener('submit', (event) => {
      const attribute = (name) => event.target.getAttribute(name) || ''; // a field may have the name of a property
      if (attribute('method').toLowerCase() === 'post') {
        if (!attribute('action')) event.target.setAttribute('action', currentPath);
        return;
      }
      const url = new URL(attribute('action'), location);
      url.search = new URLSearchParams(new FormData(event.target));
      if (!isPage(url)) return;
      event.preventDefault();
      open(url);
    });
    window.addEventListener(theme === 'hash' ? 'hashchange' : 'popstate', () => {
      if (pathOf(location) !== currentPath) show(new URL(location.href));
    });
  }

  /** The Navigation API reports links, forms and the history by one event. */
  function interceptNavigations() {
    window.navigation.addEventListener('navigate', (event) => {
      const url = new URL(event.destination.url);
      const isOurs = event.canIntercept && !event.hashChange && !event.formData && event.downloadRequest === null;
      if (!isOurs || !['push', 'traverse'].includes(event.navigationType) || !isPage(url)) return;
      event.intercept({handler: () => show(url)});
    });
  }

  // The address contains the selected variant, so that it can be shared; this is not a new page.
  document.addEventListener('change', ({target}) => {
    if (target.id !== 'sku' || theme === 'hash') return;
    history.replaceState(null, '', `?sku=${encodeURIComponent(target.value)}${location.hash}`);
    currentPath = pathOf(location);
  });

  if (theme === 'navigation') interceptNavigations();
  else handleLinks();
})();
