"""Looks at the residents' page in a real Chromium: what it weighs, when it is first painted, when a reply is seen."""

import time
from statistics import median, quantiles
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from channels.web_bench_table import Figures
from evals.bench import CONVERSATION

CHROMIUM = "/usr/bin/chromium"
VISITS, MESSAGES = 11, 60
LOADED = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const parts = performance.getEntriesByType("resource");
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const bytes = [page, ...parts].reduce((sum, each) => sum + each.transferSize, 0);
  return { bytes, paint: paint.startTime };
}"""
ANSWERED = "(count) => document.querySelectorAll('#messages > li.city').length > count"


async def looked_at(address: str) -> Figures:
    """The figures of a browser with an empty cache each time, and of one that chats."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        visits = [await _visit(browser, address) for _ in range(VISITS)][1:]
        page = await (await browser.new_context()).new_page()
        await page.goto(address)
        replies = [await _reply(page, CONVERSATION[place % len(CONVERSATION)]) for place in range(MESSAGES)]
        await browser.close()
    cuts = quantiles(replies, n=100)
    return {
        "weight kB": round(max(each["bytes"] for each in visits) / 1000, 1),
        "paint ms": round(median(each["paint"] for each in visits)),
        "paint ms longest": round(max(each["paint"] for each in visits)),
        "reply ms p50": round(cuts[49]),
        "reply ms p95": round(cuts[94]),
        "replies": len(replies),
    }


async def _visit(browser: Browser, address: str) -> dict[str, Any]:
    """A first visit, with nothing in the cache."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(address, wait_until="networkidle")
    await page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
    found: dict[str, Any] = await page.evaluate(LOADED)
    await context.close()
    return found


async def _reply(page: Page, words: str) -> float:
    """Milliseconds from Enter until the reply can be seen."""
    before = await page.locator("#messages > li.city").count()
    await page.locator("#text").fill(words)
    began = time.perf_counter()
    await page.locator("#text").press("Enter")
    await page.wait_for_function(ANSWERED, arg=before, polling="raf")
    took = (time.perf_counter() - began) * 1000
    await page.wait_for_timeout(200)
    return took
