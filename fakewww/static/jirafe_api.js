//# allFunctionsCalledOnLoad
/*
 * The tracker: tells the collector what a shopper does in a store.
 *
 * A page defines jirafe_deferred(jirafe_api) and loads this script. The script calls that function once; through
 * jirafe_api the page then says what happens: pageview, order.success, cart.add, cart.remove, cart.edit, funnel.
 *
 * What a page says in one moment goes out together: one wrapper of events for each org and site. Before that, it is
 * settled which visit this is; a visit that starts now puts its own event first. Wrappers go out one after the other;
 * a collector that is in trouble gets them later, by this page or the next. To compile it while it loads is what line 1 asks.
 *
 * A page may also set jirafe_collector_url, where to send; jirafe_payment_hosts, the names of hosts from which a shopper
 * comes back without starting a visit; and jirafe_consent: required (until jirafe_api.consent(true) nothing is sent or
 * kept), granted, denied, or unless refused (by the browser's own signals).
 */
(function () {
  'use strict';

  if (window.jirafe_api && window.jirafe_api.pageview) return; // included twice

  let seen = window; // what the shopper looks at: around a frame, the page of the store that it is part of
  while (seen.frameElement) seen = seen.parent;
  const {document, location, performance} = seen;

  const VISIT_ENDS_AFTER = 30 * 60; // seconds without activity
  const VISITOR_KEPT_FOR = 400 * 24 * 60 * 60; // seconds; the longest that browsers allow
  const MOST_LEVELS = 5; // of an attribution
  const NO_TYPE = '*none*'; // no page of the store referred

  const VISITOR_COOKIE = 'jirafe_vis';
  const VISIT_COOKIES = {
    id: 'jirafe_vid',
    landing: 'jirafe_lnd',
    referrer: 'jirafe_ref',
    tagAttribution: 'jirafe_tatr', // set by the page
    ruleAttribution: 'jirafe_ratr', // found by the rules
    pageType: 'jirafe_typ',
    referrerType: 'jirafe_reftyp',
    pageview: 'jirafe_pvid',
    lastPageview: 'jirafe_lpvid',
    active: 'jirafe_act', // when the visit last sent something, in milliseconds since the epoch
  };

  const entryUrl = location.href; // the history API may change location later
  const page = {type: '', url: '', referrer: document.referrer, referrerType: NO_TYPE}; // url, type and view once viewed
  const queue = []; // what the page has said in this moment: {org, site, event, time}
  let customer; // the last one that this page named
  let allowed = startingConsent(); // by the shopper; undefined before there is an answer
  let called = false; // jirafe_deferred, which is called once
  let arrived = false; // whether the visit has been settled once since this document loaded

  // What a page calls
  const api = {
    pageview: seen === window ? reporter('pageview', pageview) : () => {},
    order: {success: reporter('order.success', orderSuccess)},
    cart: {
      add: reporter('cart.add', (data) => cartEvent('add_item_to_cart', data)),
      remove: reporter('cart.remove', (data) => cartEvent('remove_item_from_cart', data)),
      edit: reporter('cart.edit', (data) => cartEvent('edit_cart', data)),
    },
    funnel: reporter('funnel', funnel),
    consent,
  };

  /** A function (org, site, ...) that queues the event made of the rest. It never throws: a broken call is dropped. */
  function reporter(name, makeEvent) {
    return function (org, site, ...rest) {
      if (allowed === false) return;
      try {
        const event = JSON.parse(JSON.stringify(makeEvent(...rest))); // a copy, as it is now
        queue.push({org: text(org), site: required(text(site), 'the site'), event, time: new Date()});
        if (queue.length === 1) Promise.resolve().then(flush); // once this task is over
      } catch (error) {
        warn(`${name}: event dropped: ${error.message}`);
      }
    };
  }

  function pageview(type, data) {
    const said = Object(data);
    const levels = attributionLevels(said.attribution);
    return {
      event_type: 'pageview',
      page_type: required(text(type), 'the page type'),
      product: texts(said.product),
      customer: Array.isArray(said.customer) ? said.customer.map(person).filter(Boolean) : person(said.customer),
      category: texts(said.category),
      search: search(said.search),
      attribution: levels.length ? levels : undefined,
    };
  }

  function orderSuccess(data) {
    const order = texts(Object(data).order);
    required(Object(order).num, 'order.num');
    return {event_type: 'order_success', order};
  }

  function cartEvent(eventType, data) {
    const {cart, line_item: item} = Object(data);
    return {event_type: eventType, cart: texts(cart), line_item: required(texts(item), 'line_item')};
  }

  function funnel(data) {
    const said = Object(texts(data));
    return {
      event_type: 'funnel',
      funnel_name: required(said.funnel_name, 'funnel_name'),
      step_name: required(said.step_name, 'step_name'),
      step_position: integer(required(said.step_position, 'step_position')),
      last_step: said.last_step === 'true',
    };
  }

  /** jirafe_parseAttribution: the values that the landing URL has for these parameters; none on the pages after it. */
  function parseAttribution(names) {
    return isRunning(loadVisit()) && cameFromStore() ? [] : parameters(entryUrl, names);
  }

  // What a page says, as the protocol wants it: undefined fields are not sent
  /** Numbers become strings, nulls are left out; undefined where nothing remains. */
  function texts(object) {
    const kept = {};
    for (const [name, value] of Object.entries(typeof object === 'object' && object || {})) {
      if (value !== null && value !== undefined) kept[name] = typeof value === 'object' ? value : String(value);
    }
    return Object.keys(kept).length ? kept : undefined;
  }

  function person(said) {
    const {email, ...known} = Object(texts(said));
    return texts({...known, email: email || null}); // a guest's is empty; the protocol takes addresses only
  }

  function search(said) {
    const found = texts(said);
    if (!found) return undefined;
    const {term, page: number, total_results: total, ...rest} = found;
    return {keyword: term, ...rest, page: integer(number), total_results: integer(total)};
  }

  const attributionLevels = (said) => (Array.isArray(said) ? said : []).map(text).filter(Boolean).slice(0, MOST_LEVELS);
  const text = (value) => (value === null || value === undefined ? '' : String(value));
  const fromJson = (json) => (json ? JSON.parse(json) : undefined);
  const integer = (digits) => (/^\d+$/.test(digits) ? Number(digits) : digits);

  function required(value, what) {
    if (value === undefined || value === '') throw new Error(`${what} is missing`);
    return value;
  }

  // Consent
  function startingConsent() {
    const said = window.jirafe_consent;
    if (said === 'unless refused') return !navigator.globalPrivacyControl && navigator.doNotTrack !== '1';
    return said === 'required' ? undefined : said !== 'denied';
  }

  /** What was said while the shopper had not answered goes out, or is forgotten together with all that was kept. */
  function consent(given) {
    allowed = Boolean(given);
    (allowed ? flush : forget)();
  }

  function forget() {
    queue.length = 0;
    outbox.splice(underWay ? 1 : 0);
    takeUnsent();
    const names = [VISITOR_COOKIE, ...Object.values(VISIT_COOKIES)];
    DOMAINS.forEach((domain) => names.forEach((name) => writeCookie(name, '', 0, domain)));
  }

  // One moment goes out
  function flush() {
    if (!allowed || !queue.length) return;
    const calls = queue.splice(0);
    try {
      const views = calls.filter((call) => call.event.event_type === 'pageview');
      const visit = settleVisit(views.map((view) => view.event.attribution).find(Boolean));
      views.forEach((view) => showPage(view.event, visit));
      page.view = views.pop() || page.view;
      if (seen !== window) Object.assign(page, {type: visit.pageType, referrerType: visit.referrerType || NO_TYPE});
      saveVisit(visit);
      if (visit.isNew) calls.unshift({...calls[0], event: {event_type: 'visit'}});
      bySite(calls).forEach((group) => bodies(group, visit).forEach(send));
    } catch (error) {
      warn(`${calls.length} events dropped: ${error.message}`);
    }
  }

  const siteOf = (call) => JSON.stringify([call.org, call.site]);
  const bySite = (calls) => Array.from(new Set(calls.map(siteOf)), (site) => calls.filter((call) => siteOf(call) === site));

  /** One wrapper, or, where it would be too large to outlive the page, several. */
  function bodies(calls, visit) {
    const body = JSON.stringify(wrapper(calls, visit));
    if (!calls[1] || fits(body)) return [body];
    const middle = Math.ceil(calls.length / 2);
    return bodies(calls.slice(0, middle), visit).concat(bodies(calls.slice(middle), visit));
  }

  function wrapper(calls, visit) {
    return {
      cookie: cookies,
      timestamp: calls[0].time.toISOString(),
      org: calls[0].org,
      site: calls[0].site,
      page: {
        current_type: page.type || 'other',
        referrer_type: page.referrerType,
        current_url: location.href,
        current_title: document.title,
        referrer_url: page.referrer,
      },
      visit: {
        id: visit.id,
        visitor: visit.visitor,
        landing_url: visit.landing,
        referrer_url: visit.referrer,
        user_agent: navigator.userAgent,
        tag_attribution: fromJson(visit.tagAttribution),
        rule_attribution: fromJson(visit.ruleAttribution),
      },
      customer,
      data: calls.map((call) => call.event),
    };
  }

  /** Takes note of a page view: the page before it, its type, its id, its customer. */
  function showPage(view, visit) {
    if (page.url !== location.href) {
      page.referrerType = typeOfReferrer(visit);
      if (page.url) page.referrer = page.url; // the history API led here
      page.url = location.href;
    }
    page.type = view.page_type;
    customer = (Array.isArray(view.customer) ? view.customer[0] : view.customer) || customer;
    Object.assign(visit, {pageType: page.type, referrerType: page.referrerType, lastPageview: visit.pageview, pageview: newId()});
  }

  function typeOfReferrer(visit) {
    if (page.url) return page.type;
    if (!isOurs(hostOf(page.referrer))) return NO_TYPE;
    return (navigationType() === 'reload' ? visit.referrerType : visit.pageType) || NO_TYPE;
  }

  // Visits
  /** The running visit, or the one that starts now (isNew). `levels` is the attribution that the page sets, if any. */
  function settleVisit(levels) {
    cookieDomain(); // which may write, before all is read
    const running = loadVisit();
    const arrives = !arrived && document.referrer !== '' && !cameFromStore();
    arrived = true;
    const starts = !isRunning(running)
      || (arrives && !['reload', 'back_forward'].includes(navigationType())) // these show an old referrer again
      || (levels && JSON.stringify(levels) !== running.tagAttribution);
    const visit = starts ? newVisit(levels, arrives ? document.referrer : '') : running;
    return Object.assign(visit, {isNew: starts, visitor: readCookie(VISITOR_COOKIE) || newId(), active: Date.now()});
  }

  function newVisit(levels, referrer) {
    return {
      id: newId(), landing: location.href, referrer, pageType: page.type,
      tagAttribution: levels && JSON.stringify(levels),
      ruleAttribution: levels ? '' : JSON.stringify(attributionByRule(location.href, referrer)),
    };
  }

  /** Whether the page before was the store's, or that of a payment host: a detour, no arrival. */
  function cameFromStore() {
    const host = hostOf(document.referrer);
    return isOurs(host) || (window.jirafe_payment_hosts || []).includes(host);
  }

  const isRunning = (visit) => visit.id !== '' && Date.now() - Number(visit.active) < VISIT_ENDS_AFTER * 1000;
  const hostOf = (url) => (url ? new URL(url).hostname : '');
  const isOurs = (host) => host === location.hostname || `.${host}`.endsWith(`.${cookieDomain()}`); // it has our cookies
  const navigationType = () => (performance.getEntriesByType('navigation')[0] || {}).type;

  /** A decimal string of up to 16 digits. */
  const newId = () => String(crypto.getRandomValues(new Uint32Array(2)).reduce((high, low) => (high % 2 ** 21) * 2 ** 32 + low));

  // Attribution by rule, where the page sets none
  const UTM = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content'];
  const SEARCH_WORDS = ['q', 's', 'p', 'query', 'text', 'wd'];
  const SEARCH_ENGINE = /(?:^|\.)(google|bing|duckduckgo|yahoo|yandex|baidu|ecosia|qwant|startpage|naver|seznam)\./;
  const SOCIAL_NETWORK = /(?:^|\.)(facebook|instagram|linkedin|pinterest|reddit|tiktok|tumblr|twitter|youtube)\./;
  const SHORT_HOSTS = {'t.co': 'twitter', 'x.com': 'twitter', 'fb.me': 'facebook', 'lnkd.in': 'linkedin'};

  function attributionByRule(landing, referrer) {
    const campaign = parameters(landing, UTM);
    if (campaign.length) return ['campaign'].concat(campaign).slice(0, MOST_LEVELS);
    if (!referrer) return ['direct'];
    const host = hostOf(referrer);
    const engine = SEARCH_ENGINE.exec(host);
    if (engine) return ['search', engine[1]].concat(parameters(referrer, SEARCH_WORDS).slice(0, 1));
    const network = SHORT_HOSTS[host] || (SOCIAL_NETWORK.exec(host) || [])[1];
    return network ? ['social', network] : ['referral', host];
  }

  /** The values of these URL parameters, in this order; those that are absent or empty left out. */
  const parameters = (url, names) => attributionLevels(Array.from(names, (name) => new URL(url).searchParams.get(name)));

  // Cookies. What was written has to be kept before more can be read, which takes a while: they are read once, then written
  const DOMAINS = location.hostname.split('.').map((_label, at, all) => all.slice(-2 - at).join('.')).concat(''); // widest first
  const TRIED = 'jirafe_try';
  let widest = null; // of DOMAINS, as far as the browser takes cookies: null before it was tried, undefined where it takes none
  let cookies = ''; // document.cookie as it was when last read, and what was written since

  function loadVisit() {
    cookies = document.cookie;
    return Object.fromEntries(Object.entries(VISIT_COOKIES).map(([field, name]) => [field, readCookie(name)]));
  }

  function saveVisit(visit) {
    writeCookie(TRIED, '', 0);
    const own = Object.entries(VISIT_COOKIES).map(([field, name]) => writeCookie(name, visit[field], VISIT_ENDS_AFTER));
    own.push(writeCookie(VISITOR_COOKIE, visit.visitor, VISITOR_KEPT_FOR));
    if (widest !== undefined) cookies = cookies.split('; ').filter((pair) => !pair.startsWith('jirafe_')).concat(own).join('; ');
  }

  const readCookie = (name) => decodeURIComponent((`; ${cookies}`.split(`; ${name}=`)[1] || '').split(';')[0]);

  /** Returns the pair that document.cookie then shows. */
  function writeCookie(name, value, seconds, domain = cookieDomain()) {
    const pair = `${name}=${encodeURIComponent(value || '')}`;
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    document.cookie = `${pair}; Domain=${domain || ''}; Path=/; Max-Age=${seconds}; SameSite=Lax${secure}`;
    return pair;
  }

  /** The widest that the browser takes cookies for, never a whole top-level domain: all hosts of a shop have the same ones. */
  const cookieDomain = () => (widest = widest === null ? DOMAINS.find(isTaken) : widest);

  function isTaken(domain) {
    writeCookie(TRIED, 1, 9, domain);
    cookies = document.cookie;
    return readCookie(TRIED);
  }

  // Transport: one wrapper after the other, as text/plain, which needs no preflight
  const PAUSES = [1, 2, 4, 8, 16]; // seconds before each further try; then none before something happens
  const LONGEST_PAUSE = 600; // seconds that the collector may ask for
  const PATIENCE = 20; // seconds for an answer
  const LARGEST = 60000; // bytes; 64 KiB may be under way that outlive the page
  const UNSENT = 'jirafe_unsent'; // in the session's storage: what the next page of this tab sends first
  const MOST_UNSENT = 100; // wrappers

  const outbox = []; // wrappers as JSON, the oldest first
  let underWay = false; // the oldest
  let left; // what was under way when the page was left: the browser goes on with it, and tells nobody how it ended
  let failures = 0; // in a row
  let pause; // a timer, before the next try
  let leaving = false;

  function send(body) {
    outbox.push(body);
    if (leaving) leave();
    else work();
  }

  /** Sends the oldest, and then the next; what a collector in trouble does not take is tried again, what it refuses not. */
  function work() {
    if (underWay || pause || !allowed || !outbox.length) return;
    underWay = true;
    post(outbox[0], (status, retryAfter) => {
      underWay = false;
      if (status === 0 && outbox[0] === left) status = 200;
      if (status === 0 || status === 429 || status >= 500) return tryLater(Number(retryAfter));
      if (status >= 400) warn(`refused with ${status}: ${outbox[0]}`);
      outbox.shift();
      failures = 0;
      work();
    });
  }

  function tryLater(asked) {
    if (failures < PAUSES.length && !leaving) {
      const seconds = Math.min(Math.max(PAUSES[failures], asked || 0), LONGEST_PAUSE);
      pause = setTimeout(resume, seconds * 1000);
    }
    failures += 1;
    if (leaving) leave();
  }

  function resume() {
    pause = clearTimeout(pause);
    outbox.splice(underWay ? 1 : 0, 0, ...takeUnsent());
    work();
  }

  /** What was not tried yet goes out now; where the collector is in trouble, the next page will try. */
  function leave() {
    leaving = true;
    pause = clearTimeout(pause);
    const rest = outbox.splice(underWay ? 1 : 0);
    if (allowed) keep(failures ? rest : rest.filter((body) => !sendBeacon(body)));
  }

  function comeBack({persisted} = {}) {
    leaving = false;
    if (!pause || !failures) resume();
    if (persisted && page.view) queue.push({...page.view, time: new Date()}); // from the back/forward cache
    flush();
  }

  function keep(bodies) {
    if (!bodies.length) return;
    try {
      sessionStorage.setItem(UNSENT, JSON.stringify(takeUnsent().concat(bodies).slice(-MOST_UNSENT)));
    } catch (error) {
      bodies.forEach(sendBeacon); // no storage: now or never
    }
  }

  function takeUnsent() {
    try {
      const unsent = JSON.parse(sessionStorage.getItem(UNSENT)) || [];
      sessionStorage.removeItem(UNSENT);
      return unsent;
    } catch (error) {
      return [];
    }
  }

  const collectorUrl = () => window.jirafe_collector_url || `${location.protocol}//events.jirafe.com/v1/tracker`;
  const sendBeacon = (body) => navigator.sendBeacon && navigator.sendBeacon(collectorUrl(), body);
  const fits = (body) => new TextEncoder().encode(body).length <= LARGEST;
  const warn = (message) => console.warn(`jirafe: ${message}`);

  /** Calls done(status, seconds to wait) once: status 0 where there was no answer. */
  function post(body, done) {
    if (window.fetch) postByFetch(body, done);
    else if (sendBeacon(body)) done(200);
    else if (window.XMLHttpRequest) postByXhr(body, done);
    else postByImage(JSON.parse(body), done);
  }

  function postByFetch(body, done) {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), PATIENCE * 1000);
    const options = {method: 'POST', body, keepalive: fits(body), signal: limit.signal};
    new Promise((answered) => answered(fetch(collectorUrl(), options)))
      .then((answer) => [answer.status, answer.headers.get('Retry-After')], cutOff)
      .then((outcome) => {
        clearTimeout(timer);
        done(...outcome);
      });
  }

  /** No answer. Where the page is being left that is said first of all, so wait for it. */
  const cutOff = () => new Promise((answered) => setTimeout(answered, 0, [0]));

  function postByXhr(body, done) {
    const request = new XMLHttpRequest();
    request.open('POST', collectorUrl());
    request.timeout = PATIENCE * 1000;
    request.onloadend = () => done(request.status, request.getResponseHeader('Retry-After'));
    request.send(body);
  }

  /** The last resort: page views and visits as the address of a picture each; nothing else can go that way. */
  function postByImage({org, site, data}, done) {
    const own = window.jirafe_collector_url && new URL(window.jirafe_collector_url, location.href).origin;
    for (const event of data) {
      const type = event.event_type;
      if (type === 'pageview' || type === 'visit') {
        const query = Object.entries({org, site, data: JSON.stringify(event)}).map((pair) => pair.map(encodeURIComponent).join('='));
        new Image().src = `${own || `${location.protocol}//event.jirafe.com`}/v2/tracker/${type}.gif?${query.join('&')}`;
      } else warn(`${type}: event dropped: no way to send it`);
    }
    done(200);
  }

  // Start
  function callPage() {
    if (called || typeof window.jirafe_deferred !== 'function') return;
    called = true;
    window.jirafe_deferred(api);
  }

  window.jirafe_api = api;
  window.jirafe_parseAttribution = parseAttribution;
  document.addEventListener('DOMContentLoaded', callPage); // where the page defines it after this script has run
  addEventListener('load', callPage);
  addEventListener('pagehide', () => {
    if (underWay && fits(outbox[0])) left = outbox[0];
    leave();
  });
  addEventListener('pageshow', comeBack);
  document.addEventListener('visibilitychange', () => (document.hidden ? leave() : comeBack()));
  addEventListener('online', () => {
    failures = 0;
    resume();
  });
  if (allowed === false) forget();
  setTimeout(callPage); // a task for itself, as is the first sending: each keeps the page from other work for a moment only
  pause = setTimeout(resume);
})();
