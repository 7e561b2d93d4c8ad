//# allFunctionsCalledOnLoad
/*
 * The tracker: reports a shopper's actions in a store to the collector.
 * A page defines jirafe_deferred(jirafe_api) and loads this script, which calls that function once. The page reports events
 * through jirafe_api: pageview, order.success, cart.add, cart.remove, cart.edit, funnel.
 * All events of one task are sent together, in one wrapper for each org and site. First the tracker determines the visit; a
 * new visit adds its own event at the front. Wrappers are sent one after the other. After an error of the collector, this
 * page or the next one retries. Line 1 requests compilation during loading.
 *
 * Optional settings of a page: jirafe_collector_url, the address of the collector; jirafe_payment_hosts, hosts from which
 * a shopper returns without a new visit; jirafe_consent: required (nothing is sent or stored until
 * jirafe_api.consent(true)), granted, denied, or unless refused (by the browser's signals).
 */
(function () {
  'use strict';

  if (window.jirafe_api && window.jirafe_api.pageview) return; // included twice

  let seen = window; // the page that the shopper sees: that of the store around its frames
  while (seen.frameElement) seen = seen.parent;
  const {document, location, performance} = seen;

  const VISIT_ENDS_AFTER = 30 * 60; // seconds without activity
  const VISITOR_KEPT_FOR = 400 * 24 * 60 * 60; // seconds; the longest that browsers allow
  const MOST_LEVELS = 5; // of an attribution
  const NO_TYPE = '*none*'; // the referrer is no page of the store

  const VISITOR_COOKIE = 'jirafe_vis';
  const VISIT_COOKIES = {
    id: 'jirafe_vid', landing_url: 'jirafe_lnd', referrer_url: 'jirafe_ref',
    tag_attribution: 'jirafe_tatr', // set by the page
    rule_attribution: 'jirafe_ratr', // found by the rules
    current_type: 'jirafe_typ', referrer_type: 'jirafe_reftyp',
    pageview: 'jirafe_pvid', lastPageview: 'jirafe_lpvid',
    active: 'jirafe_act', // time of the visit's latest beacon, in milliseconds since the epoch
  };

  const entryUrl = location.href; // the history API may change location later
  const page = {type: '', url: '', referrer: document.referrer, referrer_type: NO_TYPE}; // url, type and view are set by the page view
  const queue = []; // calls of the current task: {org, site, event, time}
  let customer; // the latest one that this page reported
  let allowed = startingConsent(); // the shopper's consent; undefined until the answer
  let called = false; // whether jirafe_deferred was called
  let arrived = false; // whether the visit was determined since this document loaded

  // The functions for pages
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

  /** A function (org, site, ...) that queues an event made from the other arguments. It drops invalid calls and never throws. */
  function reporter(name, makeEvent) {
    return function (org, site, ...rest) {
      if (allowed === false) return;
      try {
        const event = JSON.parse(JSON.stringify(makeEvent(...rest))); // a copy, independent of later changes
        queue.push({org: text(org), site: required(text(site), 'site'), event, time: new Date()});
        if (queue.length === 1) Promise.resolve().then(flush); // after the current task
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
      page_type: required(text(type), 'page_type'),
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

  /** jirafe_parseAttribution: the values of these parameters in the landing URL; empty on later pages. */
  function parseAttribution(names) {
    return isRunning(loadVisit()) && cameFromStore() ? [] : parameters(entryUrl, names);
  }

  // Conversion to the protocol's types; undefined fields are not sent
  /** Converts numbers to strings and omits nulls; undefined for an empty result. */
  function texts(object) {
    const kept = {};
    for (const [name, value] of Object.entries(typeof object === 'object' && object || {})) {
      if (value !== null && value !== undefined) kept[name] = typeof value === 'object' ? value : String(value);
    }
    return Object.keys(kept).length ? kept : undefined;
  }

  function person(said) {
    const {email, ...known} = Object(texts(said));
    return texts({...known, email: email || null}); // that of a guest is empty; the protocol accepts addresses only
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

  /** Sends the events from before the answer, or deletes them together with all stored data. */
  function consent(given) {
    allowed = Boolean(given);
    (allowed ? flush : forget)();
  }

  function forget() {
    queue.length = 0;
    outbox.splice(underWay ? 1 : 0);
    takeUnsent();
    const names = Object.values(VISIT_COOKIES).concat(VISITOR_COOKIE);
    DOMAINS.forEach((domain) => names.forEach((name) => writeCookie(name, '', 0, domain)));
  }

  // Sending the events of one task
  function flush() {
    if (!allowed || !queue.length) return;
    const calls = queue.splice(0);
    try {
      const views = calls.filter((call) => call.event.event_type === 'pageview');
      const visit = settleVisit(views.map((view) => view.event.attribution).find(Boolean));
      views.forEach((view) => showPage(view.event, visit));
      page.view = views.pop() || page.view;
      if (seen !== window) {
        page.type = visit.current_type;
        page.referrer_type = visit.referrer_type || NO_TYPE;
      }
      saveVisit(visit);
      if (visit.isNew) calls.unshift({...calls[0], event: {event_type: 'visit'}});
      bySite(calls).forEach((group) => bodies(group, visit).forEach(send));
    } catch (error) {
      warn(`${calls.length} events dropped: ${error.message}`);
    }
  }

  const siteOf = (call) => JSON.stringify([call.org, call.site]);
  const bySite = (calls) => Array.from(new Set(calls.map(siteOf)), (site) => calls.filter((call) => siteOf(call) === site));

  /** One wrapper, or several if it is too large for a request that outlives the page. */
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
        referrer_type: page.referrer_type,
        current_url: location.href,
        current_title: document.title,
        referrer_url: page.referrer,
      },
      visit: {
        id: visit.id,
        visitor: visit.visitor,
        landing_url: visit.landing_url,
        referrer_url: visit.referrer_url,
        user_agent: navigator.userAgent,
        tag_attribution: fromJson(visit.tag_attribution),
        rule_attribution: fromJson(visit.rule_attribution),
      },
      customer,
      data: calls.map((call) => call.event),
    };
  }

  /** Records a page view: its referrer, type, id and customer. */
  function showPage(view, visit) {
    if (page.url !== location.href) {
      page.referrer_type = typeOfReferrer(visit);
      if (page.url) page.referrer = page.url; // the history API led here
      page.url = location.href;
    }
    page.type = view.page_type;
    customer = [].concat(view.customer)[0] || customer;
    Object.assign(visit, {current_type: page.type, referrer_type: page.referrer_type, lastPageview: visit.pageview, pageview: newId()});
  }

  function typeOfReferrer(visit) {
    if (page.url) return page.type;
    if (!isOurs(hostOf(page.referrer))) return NO_TYPE;
    return (navigationType() === 'reload' ? visit.referrer_type : visit.current_type) || NO_TYPE;
  }

  // Visits
  /** The running visit or a new one (isNew). `levels` is the attribution set by the page, if any. */
  function settleVisit(levels) {
    cookieDomain(); // may write a cookie, so it comes before reading
    const running = loadVisit();
    const arrives = !arrived && document.referrer !== '' && !cameFromStore();
    arrived = true;
    const starts = !isRunning(running)
      || (arrives && !/reload|back_forward/.test(navigationType())) // these repeat an old referrer
      || (levels && JSON.stringify(levels) !== running.tag_attribution);
    const visit = starts ? newVisit(levels, arrives ? document.referrer : '') : running;
    return Object.assign(visit, {isNew: starts, visitor: readCookie(VISITOR_COOKIE) || newId(), active: Date.now()});
  }

  function newVisit(levels, referrer) {
    return {
      id: newId(), landing_url: location.href, current_type: page.type, referrer_url: referrer,
      tag_attribution: levels && JSON.stringify(levels),
      rule_attribution: levels ? '' : JSON.stringify(attributionByRule(location.href, referrer)),
    };
  }

  /** Whether the referrer belongs to the store or to a payment host; neither starts a visit. */
  function cameFromStore() {
    const host = hostOf(document.referrer);
    return isOurs(host) || (window.jirafe_payment_hosts || []).includes(host);
  }

  const isRunning = (visit) => visit.id !== '' && Date.now() - Number(visit.active) < VISIT_ENDS_AFTER * 1000;
  const hostOf = (url) => (url ? new URL(url).hostname : '');
  const isOurs = (host) => host === location.hostname || `.${host}`.endsWith(`.${cookieDomain()}`); // hosts that share our cookies
  const navigationType = () => (performance.getEntriesByType('navigation')[0] || {}).type;

  /** A decimal string of up to 16 digits. */
  const newId = () => String(crypto.getRandomValues(new Uint32Array(2)).reduce((high, low) => (high % 2 ** 21) * 2 ** 32 + low));

  // Attribution by rules, unless the page sets one
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

  /** The values of these URL parameters in this order, without absent and empty ones. */
  const parameters = (url, names) => attributionLevels(Array.from(names, (name) => new URL(url).searchParams.get(name)));

  // Cookies. A read after a write waits until the browser has stored it, which is slow: read once, then write
  const DOMAINS = location.hostname.split('.').map((_label, at, all) => all.slice(-2 - at).join('.')).concat(''); // widest first
  const TRIED = 'jirafe_try';
  let widest = null; // the widest of DOMAINS for which the browser accepts cookies: null until tested, undefined if it accepts none
  let cookies = ''; // document.cookie at the latest read, with later writes

  function loadVisit() {
    cookies = document.cookie;
    return Object.fromEntries(Object.entries(VISIT_COOKIES).map(([field, name]) => [field, readCookie(name)]));
  }

  function saveVisit(visit) {
    writeCookie(TRIED, '', 0);
    const pairs = Object.entries(VISIT_COOKIES).map(([field, name]) => writeCookie(name, visit[field], VISIT_ENDS_AFTER));
    if (widest === undefined) return;
    cookies = cookies.split('; ').filter((pair) => !pair.startsWith('jirafe_'))
      .concat(pairs, writeCookie(VISITOR_COOKIE, visit.visitor, VISITOR_KEPT_FOR)).join('; ');
  }

  const readCookie = (name) => decodeURIComponent((`; ${cookies}`.split(`; ${name}=`)[1] || '').split(';')[0]);

  /** Returns the pair as document.cookie will contain it. */
  function writeCookie(name, value, seconds, domain = cookieDomain()) {
    const pair = `${name}=${encodeURIComponent(value || '')}`;
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    document.cookie = `${pair}; Domain=${domain || ''}; Path=/; Max-Age=${seconds}; SameSite=Lax${secure}`;
    return pair;
  }

  /** The widest domain for which the browser accepts cookies, so that all hosts of a shop share them. */
  const cookieDomain = () => (widest = widest === null ? DOMAINS.find(isTaken) : widest);

  function isTaken(domain) {
    writeCookie(TRIED, 1, 9, domain);
    cookies = document.cookie;
    return readCookie(TRIED);
  }

  // Transport: one wrapper after the other, as text/plain, which needs no preflight
  const RETRIES = 5; // after pauses of 1, 2, 4, 8 and 16 seconds; after the last one, the next event triggers sending
  const LONGEST_PAUSE = 600; // seconds; limits the collector's Retry-After
  const PATIENCE = 20; // seconds until a time-out
  const LARGEST = 60000; // bytes; browsers limit requests that outlive the page to 64 KiB in total
  const UNSENT = 'jirafe_unsent'; // key in sessionStorage of the wrappers that the next page of this tab sends first
  const MOST_UNSENT = 100; // wrappers

  const outbox = []; // wrappers as JSON, oldest first
  let underWay = false; // whether a request with the oldest wrapper is open
  let left; // the wrapper of the request that was open when the page was left; the browser completes it without a result
  let failures = 0; // consecutive
  let pause; // the timer of the next attempt
  let leaving = false;

  function send(body) {
    outbox.push(body);
    if (leaving) leave();
    else work();
  }

  /** Sends the wrappers, oldest first. Retries after errors of the collector, and drops wrappers that it refuses. */
  function work() {
    if (underWay || pause || !allowed || !outbox[0]) return;
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
    if (failures < RETRIES && !leaving) {
      const seconds = Math.min(Math.max(2 ** failures, asked || 0), LONGEST_PAUSE);
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

  /** Sends the remaining wrappers now, or stores them for the next page after a failure. */
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
      bodies.forEach(sendBeacon); // without storage this is the last chance
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

  /** Calls done(status, seconds to wait) once; status 0 means no response. */
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

  /** No response. A page that is being left fails its requests before pagehide, so wait for that event. */
  const cutOff = () => new Promise((answered) => setTimeout(answered, 0, [0]));

  function postByXhr(body, done) {
    const request = new XMLHttpRequest();
    request.open('POST', collectorUrl());
    request.timeout = PATIENCE * 1000;
    request.onloadend = () => done(request.status, request.getResponseHeader('Retry-After'));
    request.send(body);
  }

  /** Sends each event as an image request, in the published encoding of nested values: ev[bar][baz]=2. */
  function postByImage({timestamp, site, page, visit, customer = {}, data}, done) {
    const pairs = (value, name) => (typeof value === 'object'
      ? Object.keys(value).flatMap((key) => pairs(value[key], name ? `${name}[${key}]` : key))
      : value === undefined ? [] : `${name}=${encodeURIComponent(value)}`);
    for (const event of data) {
      new Image().src = `${collectorUrl()}/pixel.gif?${pairs({
        pt: page.current_type, rt: page.referrer_type, cu: page.current_url, ct: page.current_title, ru: page.referrer_url,
        vid: visit.id, vis: visit.visitor, vlnd: visit.landing_url, vref: visit.referrer_url, uag: visit.user_agent,
        tatr: visit.tag_attribution, ratr: visit.rule_attribution,
        cid: customer.id, cem: customer.email, cfn: customer.firstname, cln: customer.lastname, ts: timestamp, sid: site, ev: event,
      }).join('&')}`;
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
  document.addEventListener('DOMContentLoaded', callPage); // for pages that define it after this script
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
  setTimeout(callPage); // separate tasks for this call and for the first request keep each of them short
  pause = setTimeout(resume);
})();
