"use strict";
{
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const form = one(".filter"), search = one("[type=search]"), picture = one("#picture"), help = one("#help");
  for (const element of [form, one(".keys"), ...all(".copy")]) element.hidden = false;

  const filter = () => {
    const verdict = form.elements.show.value, words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const scenario of all(".scenario")) {
      const { verdict: its, search: text } = scenario.dataset;
      scenario.hidden = (verdict !== "all" && its !== verdict) || !words.every((word) => text.includes(word));
      shown += !scenario.hidden;
    }
    one(".none").hidden = shown > 0;
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  const show = (verdict) => { form.elements.show.value = verdict; filter(); };
  const showAll = () => { search.value = ""; show("all"); };

  const open = (element) => {
    if (element.closest(".scenario[hidden]")) showAll();
    for (let around = element; around; around = around.parentElement) if (around.localName === "details") around.open = true;
  };
  const target = () => {
    const hash = location.hash.slice(1);
    return hash && document.getElementById(hash);
  };
  const follow = () => {
    const element = target();
    if (!element) return;
    open(element);
    element.scrollIntoView({ block: element.closest("pre") ? "center" : "start" });
    if (element.dataset.stop !== undefined) element.focus({ preventScroll: true });
  };
  addEventListener("hashchange", follow);
  addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) follow();
  });
  follow();

  const stops = () => all("[data-stop]").filter((stop) => !stop.closest(".scenario[hidden]"));
  const move = (by) => {
    const list = stops(), now = list.indexOf(document.activeElement.closest("[data-stop]"));
    const next = list[now < 0 ? (by > 0 ? 0 : list.length - 1) : now + by];
    if (!next) return;
    open(next);
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const enter = () => {
    const stop = document.activeElement;
    const link = one(stop.matches(".cause") ? ".places a" : "a[href^='#']", stop);
    if (link) link.click();
  };

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]")) return;
    if (document.activeElement === search) {
      if (event.key === "Escape") { search.value = ""; filter(); search.blur(); }
      return;
    }
    const onStop = document.activeElement.matches("[data-stop]");
    const action = {
      j: () => move(1), k: () => move(-1), "/": () => search.focus(), "?": () => help.showModal(),
      f: () => show(form.elements.show.value === "fail" ? "all" : "fail"),
      ...(onStop && { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: enter }),
    }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  for (const button of all(".copy")) button.addEventListener("click", async () => {
    const code = one("code", button.parentElement);
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  for (const button of all(".enlarge")) button.addEventListener("click", () => {
    const image = one("img", button);
    Object.assign(one("img", picture), { src: image.src, alt: image.alt });
    picture.showModal();
  });
  for (const dialog of [picture, help]) dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.parentElement === dialog && event.target.localName === "img") dialog.close();
  });

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all(".scenario.fail:not([open])");
    for (const scenario of opened) scenario.open = true;
  });
  addEventListener("afterprint", () => { for (const scenario of opened) scenario.open = false; });
}
