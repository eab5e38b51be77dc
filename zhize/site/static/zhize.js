/* Small helps on top of pages that work without them. No framework, no inline handlers, nothing stored but one choice. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const typing = (element) => element.matches("input, textarea, select, [contenteditable]");

  /* ---- what only works with script is shown by script ---- */
  const reveal = (root) => all("button[data-copy], button[data-print], button[data-open], [data-script]", root).forEach((b) => { b.hidden = false; });

  /* ---- on a small screen long tables begin folded: what they are is seen before what they hold ---- */
  if (matchMedia("(max-width: 40rem)").matches) addEventListener("DOMContentLoaded", () => all("details[data-narrow]").forEach((fold) => { fold.open = false; }));

  /* ---- copy, print, open ---- */
  async function copy(button) {
    const said = button.querySelector("[data-said]");
    await navigator.clipboard.writeText(button.dataset.copy);
    said.textContent = said.dataset.said;
    setTimeout(() => { said.textContent = ""; }, 2500);
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.copy !== undefined) copy(button);
    if (button?.dataset.print !== undefined) window.print();
    if (button?.dataset.open) document.getElementById(button.dataset.open).showModal();
    all("details.menu[open]").filter((menu) => !menu.contains(event.target)).forEach((menu) => { menu.open = false; });
  });
  window.addEventListener("beforeprint", () => all("details[data-open-in-print]").forEach((fold) => { fold.open = true; }));

  /* ---- a form is sent once ---- */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach(free));
  document.addEventListener("htmx:afterRequest", (event) => { if (event.target.matches("form[data-sent]")) free(event.target); });
  function free(form) { delete form.dataset.sent; form.removeAttribute("aria-busy"); }

  /* ---- typeahead: the server gives the options, this moves among them ---- */
  const list = (input) => document.getElementById(input.getAttribute("aria-controls"));
  const options = (input) => all("[role=option]:not([aria-disabled])", list(input));
  const active = (input) => options(input).find((option) => option.getAttribute("aria-selected") === "true");

  function mark(input, option) {
    options(input).forEach((each) => each.setAttribute("aria-selected", String(each === option)));
    if (option) { input.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  }
  function shut(input) { list(input).replaceChildren(); input.setAttribute("aria-expanded", "false"); mark(input, null); }
  function choose(input, option) {
    if (option.href) { window.location.assign(option.href); return; }
    if (input.dataset.adds) { add(document.getElementById(input.dataset.adds), option.dataset.text); input.value = ""; shut(input); return; }
    input.value = option.dataset.text;
    const hidden = document.getElementById(input.dataset.typeahead);
    if (hidden) { hidden.value = option.dataset.value; hidden.dispatchEvent(new Event("change", { bubbles: true })); }
    shut(input);
    if (input.dataset.submit !== undefined) input.form.requestSubmit();
  }
  function add(lines, said) {  /* one more line of a text, once */
    const before = lines.value.split("\n").map((line) => line.trim()).filter((line) => line && line !== said);
    lines.value = [...before, said].join("\n");
    lines.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function step(input, by) {
    const found = options(input);
    if (found.length) mark(input, found[(found.indexOf(active(input)) + by + found.length + (by < 0 && !active(input) ? 1 : 0)) % found.length]);
  }
  document.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!input.matches?.("[data-typeahead]")) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); step(input, event.key === "ArrowDown" ? 1 : -1); }
    if (event.key === "Enter" && active(input)) { event.preventDefault(); choose(input, active(input)); }
    if (event.key === "Escape") shut(input);
  });
  document.addEventListener("mousedown", (event) => {
    const under = event.target.closest(".typeahead-list");
    if (!under) return;
    event.preventDefault();  /* the words keep the focus, even while the list is scrolled */
    const option = event.target.closest("[role=option]:not([aria-disabled])");
    if (option) choose(document.querySelector(`[aria-controls="${under.id}"]`), option);
  });
  document.addEventListener("focusout", (event) => { if (event.target.matches("[data-typeahead]")) shut(event.target); });
  document.addEventListener("input", (event) => {  /* other words: the earlier choice no longer holds */
    const hidden = event.target.dataset?.typeahead && document.getElementById(event.target.dataset.typeahead);
    if (hidden) hidden.value = "";
    if (event.target.matches("[data-typeahead]") && !event.target.value) shut(event.target);
  });
  const settled = (input) => Boolean(!input.value || (input.dataset.typeahead && document.getElementById(input.dataset.typeahead)?.value));
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.target.matches("[data-typeahead]")) return;
    if (settled(event.target)) event.preventDefault();  /* asked for before the choice was made */
    event.detail.parameters = { q: event.target.value };
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    reveal(event.target);
    const input = document.querySelector(`[data-typeahead][aria-controls="${event.target.id}"]`);
    if (input && document.activeElement === input && !settled(input)) input.setAttribute("aria-expanded", "true");
    else if (input) shut(input);
  });

  /* ---- a place from the tree or the map goes into the typeahead beside it ---- */
  function pick(chosen) {
    const [hidden, input] = beside(chosen);
    input.value = chosen.dataset.text;
    hidden.value = chosen.dataset.value;
    hidden.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: { by: chosen } }));
  }
  function beside(chosen) {
    const name = chosen.closest("[data-into]").dataset.into;
    return [name, `${name}-text`].map((id) => document.getElementById(id));
  }
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest(".tree-place");
    if (!chosen) return;
    const fold = chosen.closest(".tree-fold"), here = fold.contains(document.activeElement) || document.activeElement === document.body;
    pick(chosen);
    fold.open = false;
    if (here) beside(chosen)[1].focus();  /* whoever has gone on meanwhile is not called back */
  });
  document.addEventListener("htmx:afterSwap", (event) => all("[data-picked]", event.target).forEach(pick));

  /* ---- keys (WCAG 2.1.4: they can be turned off) ---- */
  const OFF = "zhize-keys-off";
  const keysOff = () => localStorage.getItem(OFF) === "yes";
  let afterG = -Infinity;

  function row(by) {
    const rows = all("main [data-row] a[href], main table.rows tbody th a[href]");
    const at = rows.indexOf(document.activeElement);
    rows[Math.min(Math.max(at + by, 0), rows.length - 1)]?.focus();
  }
  function go(key) { document.querySelector(`[data-go="${CSS.escape(key)}"]`)?.click(); }
  function press(key) {
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (target?.matches("input")) target.focus(); else target?.click();
    return Boolean(target);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") all("details.menu[open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]") || keysOff()) return;
    const second = event.timeStamp - afterG < 1200;
    afterG = event.key === "g" ? event.timeStamp : -Infinity;
    if (second) { go(event.key); return; }
    if (event.key === "?") document.getElementById("keys")?.showModal();
    else if (event.key === "j") row(1);
    else if (event.key === "k") row(-1);
    else if (event.key !== "g" && press(event.key)) event.preventDefault();
  });
  all("[data-keys-off]").forEach((box) => {
    box.checked = keysOff();
    box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "yes" : "no"));
  });

  /* ---- where the eye should be after a refusal ---- */
  reveal(document);
  document.querySelector("[data-focus]")?.focus();
})();

/* A branch opened before htmx had learned of it would wait for ever: ask once more for those that stand open. */
document.addEventListener("htmx:load", (event) => {
  for (const branch of event.target.querySelectorAll?.("details[hx-get][open]") ?? []) htmx.trigger(branch, "toggle");
});
