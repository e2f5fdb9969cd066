// What makes pages quicker for those with a script. Everything works without it.
(function () {
  "use strict";

  // My list: one click instead of a page that asks. The cookie is the one that the server reads.
  const MOST = 40;
  const read = () => (document.cookie.match(/(?:^|; )list=([^;]*)/)?.[1] || "").split(".").filter(Boolean);
  const write = (ids) => {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `list=${ids.slice(0, MOST).join(".")}; path=/; max-age=31536000; samesite=lax${secure}`;
  };
  const show = (link) => {
    const isOn = read().includes(link.dataset.list);
    link.querySelector("[data-say]").textContent = isOn ? link.dataset.on : link.dataset.off;
    link.setAttribute("aria-pressed", String(isOn));
  };
  const start = (root) => root.querySelectorAll("[data-list]").forEach((link) => {
    link.setAttribute("role", "button");
    show(link);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-list]");
    if (!link) return;
    event.preventDefault();
    const ids = read();
    const id = link.dataset.list;
    write(ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id]);
    show(link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target.matches("a[data-list]")) {
      event.preventDefault();
      event.target.click();
    }
  });

  // As many boxes as can stand side by side (MAX_COMPARED in compendium/views.py); the others wait until one is taken away.
  const MOST_COMPARED = 4;
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[form='compare']")) return;
    const boxes = [...document.querySelectorAll("[form='compare'][name='id']")];
    const full = boxes.filter((box) => box.checked).length >= MOST_COMPARED;
    boxes.forEach((box) => { box.disabled = full && !box.checked; });
  });

  // Copy what stands in an element.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.querySelector("[data-say]").textContent = button.dataset.done;
  });

  // "/" goes to the question, unless one is writing.
  document.addEventListener("keydown", (event) => {
    const box = document.getElementById("question");
    if (event.key !== "/" || !box || event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    box.focus();
  });

  // Enter asks; Shift+Enter begins a line.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.target.id !== "question") return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  // On a narrow screen the facets begin closed.
  const fold = (root) => {
    if (matchMedia("(width <= 60rem)").matches) root.querySelectorAll("details.facets").forEach((facets) => { facets.open = false; });
  };

  // Words that the portal hasn't confirmed yet wait in the browser, under the account that wrote them, for a week.
  // Practices are unclassified; nothing else is kept here. They go at sign-out, and when somebody else signs in.
  const KEPT = "words:";
  const WEEK = 7 * 86400000;
  const ASIDE = ["csrfmiddlewaretoken", "revision", "page", "acting_for"];
  const store = (() => { try { return window.localStorage; } catch { return null; } })();  // it may be forbidden
  const account = document.querySelector("[data-person]")?.dataset.person;
  const isOld = (key) => Date.now() - (JSON.parse(store.getItem(key)).at || 0) > WEEK;
  const forget = (isGone) => Object.keys(store || {}).filter((key) => key.startsWith(KEPT) && isGone(key)).forEach((key) => store.removeItem(key));
  forget((key) => isOld(key) || (account && !key.startsWith(`${KEPT}${account}:`)));
  document.addEventListener("submit", (event) => { if (event.target.matches("[data-sign-out]")) forget(() => true); });

  const writing = document.querySelector("form[data-keep]");
  if (writing && store) {
    const key = `${KEPT}${writing.dataset.account}:${writing.dataset.keep}`;
    const words = () => {
      const found = Object.fromEntries([...writing.elements].filter((field) => field.name && !ASIDE.includes(field.name)).map((field) => [field.name, []]));
      new FormData(writing).forEach((value, name) => { found[name]?.push(value.replace(/\r\n?/g, "\n").trim()); });
      return found;
    };
    const same = (some, other) => JSON.stringify(some) === JSON.stringify(other);
    let saved = words();  // what the portal has
    let sent = saved;
    const keep = () => {
      const now = words();
      const changed = Object.keys(now).filter((name) => !same(now[name], saved[name]));
      const fields = Object.fromEntries(changed.map((name) => [name, { was: saved[name], now: now[name] }]));
      if (changed.length) store.setItem(key, JSON.stringify({ at: Date.now(), fields }));
      else store.removeItem(key);
    };
    // Words of a field that somebody else changed meanwhile are put below theirs.
    const put = (name, { was, now }) => writing.querySelectorAll(`[name="${name}"]`).forEach((field) => {
      if (field.type === "checkbox") field.checked = now.includes(field.value);
      else if (field.type === "textarea" && !same(saved[name], was) && saved[name][0]) field.value = `${saved[name][0]}\n${now[0]}`;
      else field.value = now[0] ?? "";
    });
    const waiting = Object.entries(JSON.parse(store.getItem(key) || "{}").fields || {})
      .filter(([name, { now }]) => saved[name] && !same(saved[name], now));
    if (waiting.length) document.getElementById("unsaved").hidden = false;
    else store.removeItem(key);
    document.getElementById("unsaved").addEventListener("click", (event) => {
      if (event.target.matches("[data-restore]")) {
        waiting.forEach(([name, words]) => put(name, words));
        keep();
        writing.dispatchEvent(new Event("change", { bubbles: true }));
      } else if (event.target.matches("[data-discard]")) store.removeItem(key);
      else return;
      document.getElementById("unsaved").hidden = true;
    });
    writing.addEventListener("input", keep);
    writing.addEventListener("change", keep);
    writing.addEventListener("htmx:beforeRequest", () => { sent = words(); });
    writing.addEventListener("htmx:afterRequest", (event) => {
      if (!event.detail.successful || !event.detail.xhr.responseText.includes("data-saved")) return;
      saved = sent;
      keep();
    });
    window.addEventListener("online", () => writing.dispatchEvent(new Event("change", { bubbles: true })));
  }

  // A form that saves itself says so when it couldn't. What tells of words kept in the browser holds only if they can be.
  document.querySelectorAll("form[data-away]").forEach((form) => {
    if (form.dataset.keep && !store) return;
    const tell = (text) => {
      const note = document.createElement("span");
      note.className = "unsaved";
      note.textContent = text;
      document.getElementById("saved").replaceChildren(note);
    };
    form.addEventListener("htmx:sendError", () => tell(form.dataset.away));
    form.addEventListener("htmx:responseError", (event) => {
      const status = event.detail.xhr.status;
      tell(status === 401 ? form.dataset.out : status < 500 ? form.dataset.refused : form.dataset.away);
    });
  });

  // A comment begins with the words that were selected.
  document.addEventListener("toggle", (event) => {
    const line = event.target.matches?.("details.say[open]") && event.target.querySelector("[name='line']");
    const chosen = String(getSelection()).trim();
    if (line && !line.value && chosen && event.target.closest("dd")?.contains(getSelection().anchorNode)) line.value = chosen;
  }, true);

  document.querySelectorAll("[data-needs-script]").forEach((element) => { element.hidden = false; });
  start(document);
  fold(document);
  document.addEventListener("htmx:afterSwap", (event) => start(event.target));
})();
