import {type Browser, chromium} from "playwright-core";
import {installPackages} from "./preflight.ts";

/** Debian's Chromium without a window; installed when it is missing. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = "/usr/bin/chromium";
  await installPackages({
    chromium: executablePath,
    "fonts-dejavu-core": "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
  });
  // Chromium's own sandbox does not start for root; the page is ours.
  return chromium.launch({executablePath, args: ["--no-sandbox"], timeout: 240_000});
}
