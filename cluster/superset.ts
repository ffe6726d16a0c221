import type {Page} from "playwright-core";
import {waitFor} from "./shell.ts";

/** A page on a busy machine. */
const PAGE_MS = 100_000;

/**
 * Loads a page for some work on it. A port forward breaks now and then, with what it was bringing: a page that lacks a part is loaded again.
 *
 * @param work is given when the page was asked for
 */
const onPage = <T>(page: Page, url: string, ms: number, work: (began: number) => Promise<T>): Promise<T> =>
  waitFor(url, ms, async () => {
    const began = performance.now();
    await page.goto(url, {timeout: PAGE_MS, waitUntil: "domcontentloaded"});
    return work(began);
  });

const isLogin = (url: URL): boolean => url.pathname.startsWith("/login");

/** Superset's login page, as a person. */
export async function logIn(page: Page, site: string, username: string, password: string, ms: number): Promise<void> {
  await onPage(page, `${site}/login/`, ms, async () => {
    // Who is logged in already is led on.
    if (!isLogin(new URL(page.url()))) return true;
    await page.fill("#username, [name=username]", username, {timeout: PAGE_MS});
    await page.fill("#password, [name=password]", password, {timeout: PAGE_MS});
    await page.click("[type=submit]", {timeout: PAGE_MS});
    await page.waitForURL((url) => !isLogin(url), {timeout: PAGE_MS});
    return true;
  });
}

/**
 * Opens a dashboard, until each chart in the window is drawn.
 *
 * @return ms until its first chart had a place, and until all were drawn
 */
export const openDashboard = (page: Page, site: string, slug: string, ms: number) =>
  onPage(page, `${site}/superset/dashboard/${slug}/`, ms, async (began) => {
    await page.waitForSelector("[data-test=dashboard-component-chart-holder]", {timeout: PAGE_MS});
    const placed = performance.now() - began;
    await page.waitForFunction(
      () => {
        const {document, innerHeight} = globalThis as any;
        // Those below the window's edge are drawn when somebody scrolls there.
        return [...document.querySelectorAll("[data-test=dashboard-component-chart-holder]")]
          .filter((chart) => chart.getBoundingClientRect().bottom < innerHeight)
          .every((chart) => chart.querySelector("canvas, table, .header-line"));
      },
      undefined,
      {timeout: PAGE_MS},
    );
    return {placed, drawn: performance.now() - began};
  });
