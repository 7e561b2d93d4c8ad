// The single-page theme: a link, or the search, fetches the page that it leads to, which then takes the place of the one before.
// Pages are the same as ever; what cannot be fetched is left to the browser. Forms that are posted load their page as usual.
(function () {
  let here = pathOf(location); // the page that is shown
  let wanted = 0; // the number of the latest request: what comes for an earlier one is too late

  function pathOf({pathname, search}) {
    return pathname + search;
  }

  /** Shows the page at a URL; how: pushState, or nothing where the browser's history has led there already. */
  async function show(url, how) {
    const number = wanted += 1;
    const answer = await fetch(url, {headers: {'X-Fakewww-Page': 'yes'}}).catch(() => location.assign(url));
    const page = new DOMParser().parseFromString(answer ? await answer.text() : '', 'text/html');
    if (!answer || number !== wanted) return;
    if (how) history[how](null, '', answer.url + url.hash);
    here = pathOf(location);
    document.title = page.title;
    document.body.replaceWith(page.body);
    if (how) scrollTo(0, 0);
    tell(page);
  }

  /** Lets the page tell the tracker what it would tell if it had been loaded; a tracker that is still to come asks by itself. */
  function tell(page) {
    const says = page.getElementById('page-says');
    if (!says) return;
    const script = document.createElement('script');
    Object.assign(script, {id: says.id, textContent: says.textContent});
    document.getElementById(says.id).replaceWith(script);
    if (window.jirafe_api) window.jirafe_deferred(window.jirafe_api);
  }

  /** Whether it is another page of this store; the same one again, or a place in it, is the browser's business. */
  const isPage = (url) => url.origin === location.origin && url.pathname.endsWith('/index.html') && pathOf(url) !== here;

  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href]');
    const meant = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || link.target || !meant || !isPage(new URL(link.href))) return;
    event.preventDefault();
    show(new URL(link.href), 'pushState');
  });

  document.addEventListener('submit', (event) => {
    const said = (name) => event.target.getAttribute(name) || ''; // a field may have the name of a property
    if (said('method').toLowerCase() === 'post') return;
    const url = new URL(said('action'), location);
    url.search = new URLSearchParams(new FormData(event.target));
    if (!isPage(url)) return;
    event.preventDefault();
    show(url, 'pushState');
  });

  // The variant that is chosen is in the address, so that it can be passed on; that is no new page.
  document.addEventListener('change', ({target}) => {
    if (target.id !== 'sku') return;
    history.replaceState(null, '', `?sku=${encodeURIComponent(target.value)}${location.hash}`);
    here = pathOf(location);
  });

  window.addEventListener('popstate', () => {
    if (pathOf(location) !== here) show(new URL(location.href));
  });
})();
