// What pages do beyond links and forms: live lists, keys, the theme. Every part stands alone, so
// that one that fails takes no other with it; without any of it the pages still work.

const $ = (query, within = document) => within.querySelector(query);
const all = (query, within = document) => [...within.querySelectorAll(query)];
const alone = (part) => {
  try {
    part();
  } catch (error) {
    console.warn("a part of the page does not work here:", error);
  }
};
const kept = {
  get: (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  },
  set: (name, value) => {
    try {
      localStorage.setItem(name, value);
    } catch {
      /* private windows keep nothing */
    }
  },
};

// --- theme: as the machine has it, unless chosen here
const theme = () => {
  const button = $("#theme");
  if (!button) return;
  button.hidden = false;
  const dark = () =>
    document.documentElement.dataset.theme === "dark" ||
    (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  const name = () => {
    button.textContent = dark() ? "Light" : "Dark";
    button.setAttribute("aria-label", dark() ? "Use light colours" : "Use dark colours");
  };
  button.addEventListener("click", () => {
    const next = dark() ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    document.cookie = `ward_theme=${next}; path=/; max-age=31536000; samesite=strict`;
    name();
  });
  name();
};

// --- live: rows that are on screen are replaced in place, new ones wait behind a button
const EVERY_MS = 2000;

const live = () => {
  const list = $("[data-live]");
  if (!list || !window.EventSource) return;
  const state = $("#connection");
  const pause = $("#pause");
  const waiting = $("#waiting");
  let paused = false;
  let changed = false;
  let timer = 0;
  let source;

  const say = (text) => {
    if (state && state.textContent !== text) state.textContent = text;
  };

  const look = async () => {
    timer = 0;
    if (paused || !changed || document.hidden) return;
    changed = false;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    replaceParts(page);
    // A filter may have put another list in the place of the first.
    const fresh = replaceRows(page, $("[data-live]") || list);
    showWaiting(fresh);
  };
  const soon = () => {
    changed = true;
    if (!timer) timer = setTimeout(() => look().catch(() => say("Live updates stopped for now")), EVERY_MS);
  };

  const replaceParts = (page) => {
    for (const part of all("[data-part]")) {
      if (part.contains(document.activeElement)) continue;
      const next = $(`[data-part="${part.dataset.part}"]`, page);
      if (next && next.innerHTML !== part.innerHTML) part.replaceWith(document.adoptNode(next));
    }
  };
  const replaceRows = (page, into) => {
    let fresh = 0;
    for (const row of all("[data-row]", page)) {
      const old = $(`[data-row="${CSS.escape(row.dataset.row)}"]`, into);
      if (!old) {
        fresh += 1;
      } else if (old.dataset.version !== row.dataset.version && !old.contains(document.activeElement)) {
        const next = document.adoptNode(row);
        next.classList.add("fresh");
        if (old.classList.contains("here")) next.classList.add("here");
        old.replaceWith(next);
      }
    }
    return fresh;
  };
  const showWaiting = (fresh) => {
    if (!waiting) return;
    waiting.replaceChildren();
    if (!fresh) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet";
    button.textContent = fresh === 1 ? "Show 1 new row" : `Show ${fresh} new rows`;
    button.addEventListener("click", () => location.reload());
    waiting.append(button);
  };

  const open = () => {
    source = new EventSource("/api/v1/live");
    let lost = false;
    source.addEventListener("open", () => {
      say("Live");
      // What happened meanwhile is on the page that the server makes now.
      if (lost) soon();
      lost = false;
    });
    source.addEventListener("error", () => {
      lost = true;
      say("Connection lost, trying again");
    });
    for (const name of ["incident", "campaign", "missed"]) source.addEventListener(name, soon);
  };
  if (pause) {
    pause.hidden = false;
    pause.addEventListener("click", () => {
      paused = !paused;
      pause.textContent = paused ? "Go on" : "Pause updates";
      say(paused ? "Paused" : "Live");
      if (!paused) soon();
    });
  }
  document.addEventListener("visibilitychange", () => !document.hidden && changed && soon());
  window.addEventListener("pagehide", () => source && source.close());
  say("Connecting");
  open();
};

// --- preview: what the chosen row leads to, beside the list
const pane = () => $("#preview");
const SOON_MS = 150;
let shown = 0;
const preview = (row) => {
  const aside = pane();
  const link = row && $("a[href]", row);
  if (!aside || !link) return;
  clearTimeout(shown);
  shown = setTimeout(async () => {
    try {
      const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = $("[data-preview]", page);
      if (!answer.ok || !part) return;
      const title = document.createElement("h2");
      const whole = document.createElement("a");
      whole.href = link.href;
      whole.textContent = link.textContent;
      title.append(whole);
      const close = document.createElement("button");
      close.type = "button";
      close.className = "plain small";
      close.textContent = "Close the preview";
      close.addEventListener("click", () => (aside.hidden = true));
      aside.replaceChildren(title, close, document.adoptNode(part));
      aside.hidden = false;
    } catch {
      /* the list itself is still there */
    }
  }, SOON_MS);
};
const previews = () => {
  if (!pane()) return;
  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row || event.target.closest("a, button, input, select, label, summary")) return;
    for (const one of all("[data-row]")) one.classList.toggle("here", one === row);
    preview(row);
  });
};

// --- keys: one letter does one thing; they can be switched off, and are off in fields
const keys = () => {
  const help = $("#keys");
  let letters = kept.get("keys") !== "off";
  let go = 0;
  const rows = () => all("[data-row]");
  const here = () => $("[data-row].here");
  const move = (by) => {
    const list = rows();
    if (!list.length) return;
    const at = list.indexOf(here());
    const next = list[Math.min(Math.max(at + by, 0), list.length - 1)];
    for (const row of list) row.classList.toggle("here", row === next);
    const link = $("a", next);
    if (link) link.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    if (pane() && !pane().hidden) preview(next);
  };
  const press = (query) => {
    const target = $(query, here() || document) || $(query);
    if (target) target.click();
  };
  const places = { n: "/", i: "/incidents?state=open", c: "/campaigns", o: "/organisations", d: "/devices", h: "/hunt", e: "/exposure", l: "/lifecycle", p: "/plans", a: "/alerts", r: "/rules" };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "Escape" && typing) typing.blur();
    if (event.key === "Escape" && pane()) pane().hidden = true;
    if (!letters || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (go && Date.now() - go < 1500 && places[event.key]) {
      go = 0;
      location.assign(places[event.key]);
      return;
    }
    go = 0;
    const acts = {
      "/": () => $("#find")?.focus(),
      "?": () => help?.showModal(),
      j: () => move(1),
      k: () => move(-1),
      " ": () => (pane() && !pane().hidden ? (pane().hidden = true) : preview(here())),
      x: () => press("input[type=checkbox]"),
      a: () => press("[data-key=a]"),
      c: () => press("[data-key=c]"),
      e: () => press("[data-key=e]"),
      g: () => (go = Date.now()),
    };
    if (!acts[event.key] || (event.key === " " && (!pane() || event.target.closest("button, summary")))) return;
    event.preventDefault();
    acts[event.key]();
  });
  const off = $("#letters");
  if (off) {
    off.checked = letters;
    off.addEventListener("change", () => {
      letters = off.checked;
      kept.set("keys", letters ? "on" : "off");
    });
  }
  const opener = $("#show-keys");
  if (opener && help) {
    opener.hidden = false;
    opener.addEventListener("click", () => help.showModal());
  }
};

// --- forms that ask before they send, and lists of which several rows are taken at once
const forms = () => {
  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.ask;
    if (question && !confirm(question)) event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-all]")) return;
    for (const one of all("input[name=id]")) one.checked = event.target.checked;
  });
};

alone(theme);
alone(live);
alone(previews);
alone(keys);
alone(forms);
