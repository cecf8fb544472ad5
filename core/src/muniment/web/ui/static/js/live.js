// What htmx does here beyond its own: it sends the form token, runs no code from attributes, goes to a page in full
// where its answer has nothing to swap in, keeps the focus, and tells what changed to those who do not see it.
htmx.registerExtension("muniment", {
  init(api) {
    const refuse = function () { throw new Error("code in attributes is switched off"); };
    api.initSecurity(null, refuse, refuse);
  },

  htmx_config_request(element, detail) {
    const token = document.querySelector('meta[name="csrf-token"]')?.content
      ?? element.closest("form")?.elements.csrf_token?.value;
    if (token && detail.ctx.request.method !== "GET") detail.ctx.request.headers["X-CSRFToken"] = token;
  },

  // 400 and 422 come with the page and what is wrong in it. Any other error is a page of its own.
  htmx_before_response(element, detail) {
    const { ctx } = detail;
    const { ok, status, url, redirected } = ctx.response.raw;
    if (ok || status === 400 || status === 422) return true;
    if (ctx.request.method === "GET") location.assign(redirected ? url : ctx.request.action);
    else document.dispatchEvent(new CustomEvent("muniment:failed", { detail: { status, element } }));
    return false;
  },

  htmx_before_swap(element, detail) {
    detail.ctx.target?.setAttribute("aria-busy", "true");
    detail.ctx.hadFocus = document.activeElement !== document.body;
  },

  htmx_after_swap(element, detail) {
    const target = detail.ctx.target;
    const now = target?.isConnected ? target : document.getElementById(target?.id) ?? document;
    now.removeAttribute?.("aria-busy");
    const wrong = now.querySelector("[data-focus]");
    if (wrong) wrong.focus();
    else if (detail.ctx.hadFocus && document.activeElement === document.body) {
      now.querySelector("[data-after-swap]")?.focus();
    }
    const news = now.querySelector("[data-announce]");
    const region = document.getElementById("announcements");
    if (news && region) region.textContent = news.textContent;
  },

  // No answer at all: the form or link is followed as if there were no script, so that the browser can tell.
  htmx_error(element, detail) {
    const { ctx, error } = detail;
    if (error?.name !== "TypeError" || ctx?.response) return;
    if (ctx?.request.method === "GET") location.assign(ctx.request.action);
    else document.dispatchEvent(new CustomEvent("muniment:failed", { detail: { status: 0, element } }));
  },
});
