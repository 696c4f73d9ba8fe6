"use strict";
// A slider of days: it says the day while it is moved, and opens it when it is let go. Without this, a button does.
for (const slider of document.querySelectorAll("input[type=range]")) {
  const lang = document.documentElement.lang.replace(/^en$/, "en-GB"); // as the page itself says days
  const day = new Intl.DateTimeFormat(lang, { dateStyle: "long", timeZone: "UTC" });
  const say = () => {
    const said = day.format(new Date(slider.valueAsNumber * 86400000));
    slider.setAttribute("aria-valuetext", said);
    slider.form.querySelector("output").textContent = said;
  };
  slider.addEventListener("input", say);
  slider.addEventListener("pointerup", () => slider.form.requestSubmit());
  slider.addEventListener("keydown", (event) => {
    if (event.key === "Enter") slider.form.requestSubmit();
  });
  say();
}
