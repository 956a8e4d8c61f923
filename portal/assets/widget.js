// One line on any page puts a way to ask there:
//   <script async src="https://kith.example/portal/widget.js"></script>
// data-lang="en" and data-label="Help" on it choose language and words.
(() => {
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const lang = (script.dataset.lang || document.documentElement.lang || navigator.language).startsWith('zh') ? 'zh-CN' : 'en';
  const label = script.dataset.label || (lang === 'en' ? 'Help' : '联系我们');
  const close = lang === 'en' ? 'Close' : '关闭';

  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  const style = new CSSStyleSheet();
  style.replaceSync(`
    :host { all: initial }
    button { position: fixed; right: 20px; bottom: calc(20px + env(safe-area-inset-bottom)); z-index: 2147483000; min-height: 48px; padding: 0 20px; border: 0; border-radius: 24px; background: #1f6f5c; color: #fff; font: 600 16px/1 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; box-shadow: 0 6px 20px rgb(0 0 0 / .2); cursor: pointer }
    button:focus-visible { outline: 3px solid #1f6f5c; outline-offset: 3px }
    iframe { position: fixed; right: 20px; bottom: calc(80px + env(safe-area-inset-bottom)); z-index: 2147483000; width: min(400px, calc(100vw - 40px)); height: min(640px, calc(100dvh - 120px)); border: 1px solid #d2d2cb; border-radius: 12px; background: #f7f7f5; box-shadow: 0 12px 40px rgb(0 0 0 / .25); color-scheme: normal }
    iframe[hidden] { display: none }
  `);
  root.adoptedStyleSheets = [style];

  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = label;
  button.setAttribute('aria-expanded', 'false');
  let frame;
  const show = (isOpen) => {
    if (isOpen && !frame) {
      frame = document.createElement('iframe');
      frame.title = label;
      frame.src = `${origin}/portal/form?lang=${lang}`;
      root.append(frame);
    }
    if (frame) frame.hidden = !isOpen;
    button.textContent = isOpen ? close : label;
    button.setAttribute('aria-expanded', String(isOpen));
  };
  button.addEventListener('click', () => show(button.getAttribute('aria-expanded') !== 'true'));
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && button.getAttribute('aria-expanded') === 'true') {
      show(false);
      button.focus();
    }
  });
  root.append(button);
  const put = () => document.body.append(host);
  if (document.body) put();
  else document.addEventListener('DOMContentLoaded', put);
})();
