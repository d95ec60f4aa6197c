const links = { '/': 'Home', '/docs': 'Reference', '/console': 'Console', '/v1/openapi.json': 'OpenAPI' };

/** The name of the product, and the way to the other pages. */
export function PageHeader({ current }: { readonly current: keyof typeof links }) {
  return (
    <header class="page-header">
      <strong>Astake Lookup</strong>
      <nav aria-label="Pages">
        {Object.entries(links).map(([path, name]) => (
          <a key={path} href={path} aria-current={path === current ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
    </header>
  );
}
