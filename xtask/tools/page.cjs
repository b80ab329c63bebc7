// Opens a page in Chromium and checks that it needs no network, and that it can be read on a phone, in
// the dark and on paper.
//
//     node page.cjs PAGE CHROMIUM EMPTY-DIRECTORY [SCREENSHOT]
//
// Prints each problem on a line and exits with 1.

const { pathToFileURL } = require("node:url");
const { openOffline, report, withTab } = require("./browser.cjs");

const [page, executablePath, profile, screenshot] = process.argv.slice(2);
const address = pathToFileURL(page).href;
const problems = new Set();

report(main, problems, "the page cannot be checked", () =>
  "the page fits on a phone and on paper, and asks for nothing",
);

async function main() {
  const options = { offline: true, colorScheme: "light", viewport: { width: 400, height: 800 } };
  await withTab(executablePath, profile, options, async (tab) => {
    await openOffline(tab, address, problems);
    await phone(tab);
    await dark(tab);
    await filter(tab);
    await paper(tab);
  });
}

async function fits(tab, place) {
  const { width, room } = await tab.evaluate(() => ({
    width: document.documentElement.scrollWidth,
    room: document.documentElement.clientWidth,
  }));
  if (width > room) problems.add(`the page is ${width} pixels wide ${place} of ${room}`);
}

async function phone(tab) {
  for (const width of [400, 320, 1400]) {
    await tab.setViewportSize({ width, height: 800 });
    await fits(tab, "on a screen");
    const size = await tab.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize));
    if (size < 14) problems.add(`the text is ${size} pixels high on a screen of ${width}`);
    await picture(tab, `a screen of ${width}`);
    if (width === 400 && screenshot) await tab.screenshot({ path: screenshot });
  }
  await tab.setViewportSize({ width: 400, height: 800 });
  // Cells below each other: none is narrower than the words in it.
  const narrow = await tab.evaluate(() =>
    [...document.querySelectorAll("tbody td")].some((cell) => cell.clientWidth < 300),
  );
  if (narrow) problems.add("a cell is narrow on a phone");
}

// The totals are a picture with a text for those who do not see it.
async function picture(tab, place) {
  const seen = await tab.evaluate(() => {
    const picture = document.querySelector("svg[role=img]");
    const parts = [...(picture?.querySelectorAll("rect") ?? [])];
    const sizes = parts.map((part) => part.getBoundingClientRect());
    return {
      label: picture?.getAttribute("aria-label") ?? "",
      parts: sizes.length,
      visible: sizes.every((size) => size.width >= 1 && size.height >= 10),
      colours: new Set(parts.map((part) => getComputedStyle(part).fill)).size,
    };
  });
  if (seen.parts === 0 || !seen.visible || seen.label === "" || seen.colours < 2) {
    problems.add(`the picture of the totals cannot be seen on ${place}: ${JSON.stringify(seen)}`);
  }
}

async function dark(tab) {
  const colours = () =>
    tab.evaluate(() => {
      const { backgroundColor, color } = getComputedStyle(document.body);
      return { backgroundColor, color };
    });
  const light = await colours();
  await tab.emulateMedia({ colorScheme: "dark" });
  const dark = await colours();
  if (light.backgroundColor === dark.backgroundColor || light.color === dark.color) {
    problems.add("the page has no dark mode");
  }
  await tab.emulateMedia({ colorScheme: "light" });
}

// Each entry of the legend shows its rows only.
async function filter(tab) {
  const shown = () =>
    tab.evaluate(() =>
      [...document.querySelectorAll("tbody tr")]
        .filter((row) => row.getClientRects().length > 0)
        .map((row) => row.className),
    );
  const all = await shown();
  for (const outcome of new Set(all)) {
    const entry = tab.locator(`label:has(#show-${outcome})`);
    if ((await entry.count()) === 0) {
      problems.add(`the legend has no entry #show-${outcome}`);
      continue;
    }
    await entry.click();
    const left = await shown();
    const expected = all.filter((one) => one === outcome);
    if (left.join() !== expected.join()) problems.add(`the legend does not select ${outcome}`);
  }
  await tab.locator("label:has(#show-all)").click();
  if ((await shown()).length !== all.length) problems.add("the legend does not select all rows");
}

async function paper(tab) {
  await tab.emulateMedia({ media: "print", colorScheme: "dark" });
  // A4 across without its margins, in CSS pixels.
  await tab.setViewportSize({ width: 1047, height: 700 });
  await fits(tab, "on paper");
  await picture(tab, "paper");
  const background = await tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
  if (background !== "rgb(255, 255, 255)") problems.add(`the paper is ${background}`);
  const pdf = await tab.pdf({ preferCSSPageSize: true, printBackground: true });
  if (pdf.length < 5_000) problems.add(`printed as ${pdf.length} bytes only`);
}
