"""Phones: a Chromium with a screen of 360 px and fonts of its own, and what a visit weighs and moves on it."""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserType, Error, Page, Route

from petition.local import ROOT, browser

FONTS = ROOT / "petition" / "fonts"
LATIN, KHMER = "NotoSans-Regular.ttf", "Battambang-Regular.ttf"
FONTCONFIG = '<?xml version="1.0"?><fontconfig><dir>{0}</dir><cachedir>{0}/cache</cachedir></fontconfig>'
SCREEN = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
WATCH_SHIFTS = """
window.shifts = [];
const moved = (source) => source.node ? source.node.className || source.node.nodeName : '?';
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) shifts.push(`${entry.value}: ${entry.sources.map(moved)}`);
}).observe({type: 'layout-shift', buffered: true});
"""
PAINTED = "new Promise((seen) => new PerformanceObserver(() => seen()).observe({type: 'paint', buffered: true}))"
# Two frames, so that what came last has been laid out, painted and told to the observer.
SETTLE = "document.fonts.ready.then(() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r))))"


def fonts_of(folder: Path, *files: str) -> dict[str, str]:
    """The environment of a phone that has these fonts alone. A Mac shows its own all the same."""
    folder.mkdir()
    for name in files:
        shutil.copy(FONTS / name, folder)
    config = folder / "fonts.conf"
    config.write_text(FONTCONFIG.format(folder))
    return os.environ | {"FONTCONFIG_FILE": str(config)}


def phone(kind: BrowserType, environment: dict[str, str]) -> Browser:
    return kind.launch(executable_path=browser.find(), args=browser.FLAGS, env=environment)


@dataclass
class Visit:
    """A first visit, with nothing kept from any earlier one. `sizes`: bytes over the wire, heads included, by address.

    With `hold`, fonts are asked for and do not come until `release`.
    """

    phone: Browser
    hold: bool = False
    page: Page = field(init=False)
    sizes: dict[str, int] = field(default_factory=dict)
    held: list[Route] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page = self.phone.new_context(**SCREEN).new_page()
        self.page.add_init_script(WATCH_SHIFTS)
        if self.hold:
            self.page.route("**/*.woff2", lambda route: self.held.append(route))
        wire = self.page.context.new_cdp_session(self.page)
        wire.send("Network.enable")
        asked: dict[str, str] = {}
        wire.on("Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event["request"]["url"]}))
        wire.on("Network.loadingFinished", lambda event: self._weigh(asked.get(event["requestId"]), event))

    def _weigh(self, url: str | None, event: dict) -> None:
        # Else it was there before anybody listened; and what a style sheet holds in itself was not asked for.
        if url is not None and not url.startswith("data:"):
            self.sizes[url] = round(event["encodedDataLength"])

    def open(self, url: str) -> None:
        """Until the page is painted; and all that it asks for has come, but for the fonts that are held."""
        self.page.goto(url, wait_until="domcontentloaded" if self.hold else "networkidle")
        self.page.evaluate(PAINTED)

    def release(self) -> None:
        for route in self.held:
            route.continue_()

    def shifts(self) -> list[str]:
        """Every movement of the layout that nobody asked for, with what moved."""
        self.page.evaluate(SETTLE)
        return self.page.evaluate("shifts")

    def fonts(self, selector: str) -> set[str]:
        """The families that an element's letters are drawn with; those of the page's own as `web …`."""
        wire = self.page.context.new_cdp_session(self.page)
        for domain in ("DOM", "CSS"):
            wire.send(f"{domain}.enable")
        root = wire.send("DOM.getDocument")["root"]["nodeId"]
        node = wire.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
        found = wire.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        return {("web " if font["isCustomFont"] else "") + font["familyName"] for font in found}

    def close(self) -> None:
        """What is still held is let go of first: a browser may wait for it for good."""
        self.page.unroute_all(behavior="ignoreErrors")
        for route in self.held:
            with contextlib.suppress(Error):  # it was released, or its page is gone
                route.abort()
        self.page.context.close()
