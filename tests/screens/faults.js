// Says what is wrong with a page as it is drawn: text that is cut off, hidden behind other text, broken where it must not
// be, or outside the screen; and what says in which language the page is. Returns {faults, latin}: latin is the text with
// Latin letters that is said to be in the page's own language.
() => {
  const HIDDEN = ".skip:not(:focus), option, script, style, title, .qr";
  const WHOLE = ".when, .badge, .count, .number, .month, .shade, .crumb a, th";
  const faults = [], latin = new Set(), pieces = [];
  const short = (text) => JSON.stringify(text.trim().replace(/\s+/g, " ").slice(0, 60));
  const scroller = (node) => {
    for (let at = node; at; at = at.parentElement) {
      if (/auto|scroll|hidden/.test(getComputedStyle(at).overflowX) && at !== document.body) return at;
    }
    return document.documentElement;
  };
  const clipped = (node) => node && (getComputedStyle(node).clipPath !== "none" || clipped(node.parentElement));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement, text = node.textContent;
    if (!text.trim() || parent.closest(HIDDEN) || clipped(parent) || !parent.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const within = scroller(parent), bound = within.getBoundingClientRect();
    const rects = [...range.getClientRects()].filter((one) => one.width > 1 && one.height > 1);
    if (within === document.documentElement && rects.some((one) => one.right > innerWidth + 1 || one.left < -1)) {
      faults.push(`outside the screen: ${short(text)}`);
    }
    const picture = parent.closest("svg")?.getBoundingClientRect();
    if (picture && rects.some((one) => one.left < picture.left - 1 || one.right > picture.right + 1)) {
      faults.push(`outside its picture: ${short(text)}`);
    }
    const lines = new Set(rects.map((one) => Math.round(one.top / 4)));
    if (lines.size > 1 && text.trim().length < 22 && parent.closest(WHOLE)) faults.push(`broken over lines: ${short(text)}`);
    for (const one of rects) {
      if (one.right > bound.left && one.left < bound.right) pieces.push({ node, one, text });
    }
    if (/[A-Za-z]{2}/.test(text) && !parent.closest("bdi") && parent.closest("[lang]") === document.documentElement) latin.add(text.trim().replace(/\s+/g, " "));
  }
  pieces.sort((a, b) => a.one.top - b.one.top);
  pieces.forEach((first, at) => {
    for (const second of pieces.slice(at + 1)) {
      if (second.one.top >= first.one.bottom) break;
      if (second.node === first.node) continue;
      const wide = Math.min(first.one.right, second.one.right) - Math.max(first.one.left, second.one.left);
      const high = first.one.bottom - second.one.top;
      if (wide > 2 && high > 0.4 * Math.min(first.one.height, second.one.height)) {
        faults.push(`over each other: ${short(first.text)} and ${short(second.text)}`);
      }
    }
  });
  for (const box of document.querySelectorAll("main *")) {
    const style = getComputedStyle(box);
    if (style.overflowX !== "hidden" || clipped(box) || box.closest(`${HIDDEN}, svg, select, input`)) continue;
    if (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1) faults.push(`cut off: ${short(box.textContent)}`);
  }
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.push(`wider than the screen: ${root.scrollWidth} pixels`);
  if (!document.title.trim()) faults.push("without a title");
  if (document.querySelectorAll("h1").length !== 1) faults.push("not one heading of the first level");
  return { faults: [...new Set(faults)], latin: [...latin], lang: root.lang, dir: root.dir };
}
