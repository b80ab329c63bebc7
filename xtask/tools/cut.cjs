// Finds texts of a page of which a reader sees only a part: they end outside the element that clips or
// scrolls them sideways, or outside the window, or an element shortens them to an ellipsis or some lines.

exports.cutTexts = (tab) =>
  tab.evaluate(() => {
    const found = new Map();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (texts.nextNode()) {
      const { data, parentElement: parent } = texts.currentNode;
      const isVisible = parent.checkVisibility({ opacityProperty: true, visibilityProperty: true });
      if (!data.trim() || !isVisible) continue;
      range.selectNodeContents(texts.currentNode);
      const boxes = [...range.getClientRects()].filter((box) => box.width > 1);
      const [left, right] = [
        Math.min(...boxes.map((box) => box.left)),
        Math.max(...boxes.map((box) => box.right)),
      ];
      for (let it = parent; it; it = it.parentElement) {
        const { overflowX, position } = getComputedStyle(it);
        const box = it.getBoundingClientRect();
        // A text for screen readers only.
        if (box.width <= 1 || box.height <= 1) break;
        const clips = it === document.documentElement || overflowX !== "visible";
        if (clips && (right > box.right + 1 || left < box.left - 1)) {
          const name = it.className || it.tagName.toLowerCase();
          if (!found.has(name)) found.set(name, `${JSON.stringify(data.trim().slice(0, 80))} in ${name}`);
          break;
        }
        if (position === "fixed") break;
      }
    }
    // The boxes of a text that ends in an ellipsis end there too.
    for (const it of document.querySelectorAll("body *")) {
      const { overflowX, overflowY, textOverflow } = getComputedStyle(it);
      const shortens =
        (textOverflow === "ellipsis" && overflowX !== "visible" && it.scrollWidth > it.clientWidth + 1) ||
        (["hidden", "clip"].includes(overflowY) && it.scrollHeight > it.clientHeight + 2);
      const isSeen = shortens && it.clientWidth > 1 && it.clientHeight > 1;
      if (!isSeen || !it.innerText?.trim() || !it.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      found.set(it.className, `${JSON.stringify(it.innerText.trim().slice(0, 80))} in ${it.className}`);
    }
    return [...found.values()];
  });
