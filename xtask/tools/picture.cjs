// Takes a picture of the reference page that shows all operations, with fonts that are the same on each
// machine: with others, lines break in other places, and pictures could not be compared.

const { readFileSync } = require("node:fs");

const FONTS = { sans: "inter", mono: "jetbrains-mono" };

// A cell has this many pixels in each direction, and differs if the mean of a colour does by more than
// this. Of 12,600 cells, two pictures of one page differ in none, also on a busy machine; another word in
// the list of operations changes 6, another colour of a method 20, another word in a sentence 39, and a
// missing operation 2,250. The tolerance is 5, for edges that another Chromium smooths in another way.
const CELL = 10;
const SHADE = 8;
// The share of cells that may differ.
const TOLERANCE = 0.0004;

exports.takePicture = async (tab, tag) => {
  const faces = Object.entries(FONTS).map(([family, name]) => {
    const font = require.resolve(
      `@fontsource-variable/${name}/files/${name}-latin-wght-normal.woff2`,
    );
    const data = readFileSync(font).toString("base64");
    return `@font-face {
      font-family: "picture ${family}"; font-weight: 100 900;
      src: url(data:font/woff2;base64,${data});
    }`;
  });
  const style = await tab.addStyleTag({
    content: `${faces.join("\n")}
      * { font-family: "picture sans" !important; }
      pre, pre *, code, code *, .font-code, .font-code *, .endpoints * {
        font-family: "picture mono" !important;
      }
      /* Which entry is marked as the current one depends on how fast the page scrolls. */
      button[aria-selected] {
        background: none !important; color: inherit !important; font-weight: 400 !important;
      }`,
  });
  const section = tab.locator(`[id$="tag/${tag}"]`).first();
  await section.evaluate(async (section, families) => {
    for (const family of families) await document.fonts.load(`16px "picture ${family}"`);
    section.scrollIntoView();
  }, Object.keys(FONTS));
  await tab.locator(".response-card code").first().waitFor();
  // The page scrolls by itself while it renders its parts.
  await section.evaluate(async (section) => {
    for (let frame = 0; frame < 30; frame += 1) {
      await new Promise(requestAnimationFrame);
      section.scrollIntoView();
    }
  });
  const picture = await tab.screenshot({ animations: "disabled", caret: "hide" });
  await style.evaluate((style) => style.remove());
  return picture;
};

// Compares two pictures cell by cell. Returns what differs, or nothing.
exports.difference = (tab, ...pictures) =>
  tab.evaluate(
    async ({ pictures, CELL, SHADE, TOLERANCE }) => {
      const images = pictures.map((data) => {
        const image = new Image();
        image.src = `data:image/png;base64,${data}`;
        return image;
      });
      await Promise.all(images.map((image) => image.decode()));
      const sizes = images.map(({ width, height }) => `${width} x ${height}`);
      if (sizes[0] !== sizes[1]) return `${sizes[0]} pixels, not ${sizes[1]}`;
      const [columns, rows] = [images[0].width / CELL, images[0].height / CELL].map(Math.ceil);
      const [one, other] = images.map((image) => {
        const canvas = new OffscreenCanvas(image.width, image.height);
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0);
        const { data } = context.getImageData(0, 0, image.width, image.height);
        const cells = new Float64Array(columns * rows * 3);
        for (let at = 0; at < data.length; at += 4) {
          const pixel = at / 4;
          const [x, y] = [pixel % image.width, Math.floor(pixel / image.width)];
          const cell = Math.floor(y / CELL) * columns + Math.floor(x / CELL);
          for (let colour = 0; colour < 3; colour += 1) {
            cells[cell * 3 + colour] += data[at + colour] / (CELL * CELL);
          }
        }
        return cells;
      });
      let changed = 0;
      for (let cell = 0; cell < columns * rows; cell += 1) {
        const differs = [0, 1, 2].some(
          (colour) => Math.abs(one[cell * 3 + colour] - other[cell * 3 + colour]) > SHADE,
        );
        if (differs) changed += 1;
      }
      const share = changed / (columns * rows);
      return share > TOLERANCE ? `${(share * 100).toFixed(1)} % of it differs` : "";
    },
    { pictures: pictures.map((picture) => picture.toString("base64")), CELL, SHADE, TOLERANCE },
  );
