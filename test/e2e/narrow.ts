import type {Page} from "playwright-core";

/**
 * What a person on a narrow screen cannot read: texts that are cut, that stick out of the page, or that lie over each other.
 * The page's own function: it runs there.
 */
export const unreadable = (page: Page): Promise<string[]> => page.evaluate(FIND);

const FIND = `(() => {
  const found = [];
  const shown = [...document.querySelectorAll("header *, .legend *, .tools *, .left-out, .bar *, th button, td, aside h2, aside dt, aside dd, .plain *, .alert *")]
    .filter((element) => element.childElementCount === 0 && element.textContent.trim() && element.getClientRects().length > 0);
  const name = (element) => element.textContent.trim();
  for (const element of shown) {
    const {left, right} = element.getBoundingClientRect();
    if (right > document.documentElement.clientWidth + 1 || left < -1) {
      const scrolls = element.closest(".scroller");
      if (!scrolls) found.push("sticks out: " + name(element));
    }
    const box = element.closest("td, th, dd, dt") ?? element;
    if (box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflow !== "visible") found.push("is cut: " + name(element));
  }
  const over = shown.filter((element) => element.closest("header, .map"));
  over.forEach((one, at) => {
    const a = one.getBoundingClientRect();
    for (const other of over.slice(at + 1)) {
      const b = other.getBoundingClientRect();
      if (one.contains(other) || other.contains(one)) continue;
      if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
        found.push(name(one) + " lies over " + name(other));
    }
  });
  return found;
})()`;
