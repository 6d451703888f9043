// Questions about a page. Each answers with a list of what is wrong, each as a sentence for people.
const named = (node) => {
  const words = (node.textContent || "").trim().replace(/\s+/g, " ").slice(0, 40);
  const kind = typeof node.className === "string" ? node.className : node.className?.baseVal;
  return `<${node.tagName.toLowerCase()}${kind ? ` class="${kind}"` : ""}> "${words}"`;
};
const all = (selector) => [...document.querySelectorAll(selector)];
const openAll = () => all("details").forEach((one) => (one.open = true));
const shown = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true });

// Colours.
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const rgba = (text) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = text;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha / 255];
};
const over = (top, below) => top.slice(0, 3).map((part, i) => part * top[3] + below[i] * (1 - top[3])).concat(1);
const luminance = (colour) => {
  const [r, g, b] = colour.slice(0, 3).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ratio = (one, other) => {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};
const opacity = (node) => {
  let whole = 1;
  for (let one = node; one instanceof Element; one = one.parentElement) whole *= Number(getComputedStyle(one).opacity);
  return whole;
};
const faded = (colour, node) => [...colour.slice(0, 3), colour[3] * opacity(node)];
const backdrop = (node) => {
  const layers = [];
  for (let one = node; one; one = one.parentElement) {
    if (!(one instanceof SVGElement) || one.tagName === "svg") layers.push(faded(rgba(getComputedStyle(one).backgroundColor), one));
  }
  return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
};
// Under words of a drawing there may be a shape of it: the last one drawn before them that holds their middle.
const under = (node) => {
  const svg = node.closest("svg");
  const box = node.getBoundingClientRect();
  const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  let colour = backdrop(svg);
  for (const shape of svg.querySelectorAll("rect, path, circle")) {
    if (!(shape.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING)) continue;
    const at = shape.getBoundingClientRect();
    const fill = getComputedStyle(shape).fill;
    if (fill === "none" || fill.startsWith("url")) continue;
    if (x >= at.left && x <= at.right && y >= at.top && y <= at.bottom) colour = over(faded(rgba(fill), shape), colour);
  }
  return colour;
};
const words = () => {
  openAll();
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() && !parent.closest("style, script, title, defs") && shown(parent)) found.add(parent);
  }
  return [...found];
};
const faint = (least) => {
  const seen = new Map();
  for (const node of words()) {
    const drawn = node instanceof SVGElement;
    const style = getComputedStyle(node);
    const below = drawn ? under(node) : backdrop(node);
    const colour = over(faded(rgba(drawn ? style.fill : style.color), node), below);
    const got = ratio(colour, below);
    const key = `${style.color} ${style.fill} ${below} ${node.className?.baseVal ?? node.className}`;
    if (got < least && !seen.has(key)) seen.set(key, `${got.toFixed(2)} of ${named(node)}`);
  }
  return [...seen.values()];
};
const countWords = () => [String(words().length)];

// Structure.
const landmarks = () => {
  const wrong = [];
  if (all("main").length !== 1) wrong.push(`${all("main").length} main parts`);
  if (!document.documentElement.lang) wrong.push("no language");
  if (!document.title.trim()) wrong.push("no title");
  const outside = [...document.body.children].filter((one) => !one.matches("main, header, footer, nav, aside, style, script"));
  return wrong.concat(outside.map((one) => `outside of every landmark: ${named(one)}`));
};
const headings = () => {
  const wrong = [];
  if (all("h1").length !== 1) wrong.push(`${all("h1").length} first headings`);
  let last = 0;
  for (const one of all("h1, h2, h3, h4, h5, h6").filter(shown)) {
    const level = Number(one.tagName[1]);
    if (level > last + 1) wrong.push(`from level ${last} to ${named(one)}`);
    if (!one.textContent.trim()) wrong.push(`empty: ${named(one)}`);
    last = level;
  }
  return wrong;
};
const tables = () => all("table").flatMap((table) => {
  const wrong = [...table.querySelectorAll("th:not([scope])")].map((one) => `without scope: ${named(one)}`);
  if (!table.querySelector("th[scope=col]")) wrong.push(`without headers of columns: ${named(table)}`);
  return wrong;
});
const drawings = () => all("svg")
  .filter((one) => one.getAttribute("aria-hidden") !== "true")
  .filter((one) => one.getAttribute("role") !== "img" || !(one.getAttribute("aria-label") || one.querySelector(":scope > title")))
  .map((one) => `without a role or a title: ${named(one)}`);
const doubleIds = () => {
  const ids = all("[id]").map((one) => one.id);
  return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
};

// Keyboard.
const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex='-1'])";
const focusable = () => all(FOCUSABLE).filter(shown);
const order = () => focusable().map((one, at) => `${at}`);
const where = () => [String(focusable().indexOf(document.activeElement))];
const unseen = () => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 1 ? [named(document.activeElement)] : [];
};
const jumpers = () => all("[tabindex]").filter((one) => one.tabIndex > 0).map(named);
// What scrolls and cannot be focused, cannot be read without a mouse.
const stuck = () => {
  openAll();
  return all("body *").filter(shown).filter((one) => {
    const style = getComputedStyle(one);
    const wide = one.scrollWidth > one.clientWidth + 1 && /auto|scroll/.test(style.overflowX);
    const high = one.scrollHeight > one.clientHeight + 1 && /auto|scroll/.test(style.overflowY);
    return (wide || high) && !one.matches(FOCUSABLE);
  }).map(named);
};

// Room.
const sideways = () => {
  openAll();
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const out = all("body *").filter((one) => shown(one) && one.getBoundingClientRect().right > room + 1);
  return [`${document.documentElement.scrollWidth} px in ${room}`].concat(out.slice(0, 8).map(named));
};
const cutOff = () => all("body *").filter(shown).filter((one) => {
  const style = getComputedStyle(one);
  const cuts = (overflow) => overflow !== "visible";
  return (cuts(style.overflowX) && one.scrollWidth > one.clientWidth + 1 && one.clientWidth)
    || (cuts(style.overflowY) && one.scrollHeight > one.clientHeight + 1 && one.clientHeight);
}).map(named);
