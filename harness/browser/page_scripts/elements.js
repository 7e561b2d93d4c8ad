// Find and use the one element that matches, if that is clear at once. Playwright does everything else.
const {Event} = window;  // the page may replace it
const SOURCES = {button: 'button', link: 'a[href]'};
const UNCLEAR = ':is(a, button):is([aria-label], [aria-labelledby]), [role=button], [role=link], input:is([type=submit], [type=button])';
const TEXT_FIELDS = 'textarea, input:is(:not([type]), [type=text], [type=email], [type=tel], [type=search], [type=password], [type=url], [type=number])';
const textOf = element => element.textContent.trim().replace(/\s+/g, ' ');
const matching = target => {
    const [, selector, text] = typeof target === 'string' ? /^(.*):text-is\("([^"\\]+)"\)$/.exec(target) || [] : [];
    if (selector) return [...document.querySelectorAll(selector)].filter(element => textOf(element) === text);
    if (typeof target === 'string') return document.querySelectorAll(target);
    const [[role, name]] = Object.entries(target);
    if (!SOURCES[role] || document.querySelector(UNCLEAR)) return [];
    return [...document.querySelectorAll(SOURCES[role])].filter(element => textOf(element) === name);
};
const centre = element => {
    const box = element.getClientRects()[0] || new DOMRect();
    return {x: box.x + box.width / 2, y: box.y + box.height / 2};
};
const isHit = element => {
    const {x, y} = centre(element);
    return element.contains(document.elementFromPoint(x, y));
};
const isStill = () => document.getAnimations().every(animation => animation.playState !== 'running');
const findUsable = target => {
    const found = matching(target), [element] = found;
    if (found.length !== 1 || element.closest(':disabled, [aria-disabled=true], [inert]') || !isStill()) return null;
    if (typeof target !== 'string' && element.childElementCount) return null;
    if (getComputedStyle(element).visibility !== 'visible') return null;
    if (!isHit(element)) element.scrollIntoView({block: 'center', behavior: 'instant'});
    return isHit(element) ? element : null;
};
const METHODS = {
    click: element => centre(element),
    press: element => { element.focus(); return true },
    fill: (element, text) => {
        if (!element.matches(TEXT_FIELDS) || element.readOnly) return null;
        element.focus();
        element.select();
        if (text && element.selectionStart === null) element.value = '';  // Firefox under Playwright would append to it
        return document.activeElement === element;
    },
    select_option: (element, choice) => {
        const options = [...element.options || []].filter(option => [option.value, option.label].includes(choice));
        if (element.multiple || options.length !== 1 || options[0].disabled) return null;
        options[0].selected = true;
        element.dispatchEvent(new Event('input', {bubbles: true, composed: true}));
        element.dispatchEvent(new Event('change', {bubbles: true}));
        return true;
    },
};
harness.use = (target, method, ...values) => {
    try {
        const element = METHODS[method] && findUsable(target);
        return element ? METHODS[method](element, ...values) : null;
    } catch {
        return null;
    }
};
