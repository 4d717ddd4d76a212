// Starts Swagger UI with our document, without parts that the page already has: heading, <main>, the server's address.
const { SwaggerUIBundle } = globalThis
const root = document.getElementById('explorer')
const dark = matchMedia('(prefers-color-scheme: dark)')

function ours({ React: { createElement: h } }) {
  const Layout = ({ getComponent, specSelectors }) => {
    const part = (name, isConnected) => h(getComponent(name, isConnected))
    return h('div', { className: 'swagger-ui' },
      part('SvgAssets'),
      part('errors', true),
      specSelectors.securityDefinitions() && part('AuthorizeBtnContainer', true),
      part('operations', true))
  }
  // Recreated for each encoding. Otherwise a changed encoding would show its example but not send it.
  const RequestBody = Original => props => h(Original, { ...props, key: props.contentType })
  return { components: { Layout }, wrapComponents: { RequestBody } }
}

// For screen readers: adds missing names and removes duplicate ones.
function name() {
  for (const row of root.querySelectorAll('[data-property-name], [data-param-name]'))
    for (const field of row.querySelectorAll('input, textarea, select'))
      field.setAttribute('aria-label', row.dataset.propertyName ?? row.dataset.paramName)
  for (const table of root.querySelectorAll('table[role]')) table.removeAttribute('role')
  const dialog = root.querySelector('.modal-ux')
  if (!dialog) return
  dialog.setAttribute('role', 'dialog')
  dialog.setAttribute('aria-modal', 'true')
  dialog.setAttribute('aria-label', dialog.querySelector('h3').textContent)
  dialog.querySelector('.close-modal').setAttribute('aria-label', dialog.querySelector('.btn-done').textContent)
  for (const named of dialog.querySelectorAll('form [aria-label]')) named.removeAttribute('aria-label')
}

const followTheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
followTheme()
dark.addEventListener('change', followTheme)
new MutationObserver(name).observe(root, { childList: true, subtree: true })
addEventListener('keydown', event => event.key === 'Escape' && root.querySelector('.close-modal')?.click())

SwaggerUIBundle({
  domNode: root,
  url: '/openapi/v1.json',
  layout: 'Layout',
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [ours],
  syntaxHighlight: false,
  validatorUrl: null,
})
