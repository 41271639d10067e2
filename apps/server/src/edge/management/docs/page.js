(() => {
  const root = document.documentElement;
  const search = document.getElementById('search');
  const nothing = document.getElementById('nothing');
  const contents = document.getElementById('contents');
  const menu = document.getElementById('menu');

  // Storage may be forbidden; the page then only forgets the theme.
  const stored = (write) => {
    try {
      if (write !== undefined) localStorage.setItem('meridian-docs-theme', write);
      return localStorage.getItem('meridian-docs-theme');
    } catch {
      return null;
    }
  };
  const theme = stored();
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  document.getElementById('theme').addEventListener('click', () => {
    const isDark =
      root.dataset.theme === 'dark' ||
      (!root.dataset.theme && matchMedia('(prefers-color-scheme: dark)').matches);
    root.dataset.theme = isDark ? 'light' : 'dark';
    stored(root.dataset.theme);
  });

  for (const code of document.querySelectorAll('.code code')) {
    code.textContent = code.textContent.replaceAll('http://127.0.0.1:8080', location.origin);
  }

  document.addEventListener('click', async (event) => {
    const button = event.target.closest('.copy');
    if (!button) return;
    const code = button.closest('.code').querySelector('code');
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = 'Selected';
    }
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 1500);
  });

  const entries = [...contents.querySelectorAll('[data-find]')];
  const groups = [...contents.querySelectorAll('.group')];
  const find = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const entry of entries) {
      entry.hidden = !words.every((word) => entry.dataset.find.includes(word));
    }
    for (const group of groups) group.hidden = !group.querySelector('[data-find]:not([hidden])');
    nothing.hidden = groups.some((group) => !group.hidden);
  };
  search.addEventListener('input', find);
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      search.value = '';
      find();
    }
    if (event.key === 'Enter') contents.querySelector('[data-find]:not([hidden]) a')?.click();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target.closest('input, textarea')) return;
    event.preventDefault();
    search.focus();
  });

  menu.addEventListener('click', () => {
    menu.setAttribute('aria-expanded', String(contents.classList.toggle('open')));
  });
  contents.addEventListener('click', (event) => {
    if (!event.target.closest('a')) return;
    contents.classList.remove('open');
    menu.setAttribute('aria-expanded', 'false');
  });

  const links = new Map(
    [...contents.querySelectorAll('a')].map((link) => [link.hash.slice(1), link]),
  );
  const watcher = new IntersectionObserver(
    (changes) => {
      for (const { isIntersecting, target } of changes) {
        if (!isIntersecting) continue;
        contents.querySelector('[aria-current]')?.removeAttribute('aria-current');
        links.get(target.id)?.setAttribute('aria-current', 'true');
      }
    },
    { rootMargin: '-15% 0px -75% 0px' },
  );
  for (const id of links.keys()) {
    const section = document.getElementById(id);
    if (section) watcher.observe(section);
  }
})();
