/** Nothing of the page may come from, or go to, anywhere else. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * The page around the viewer. Its addresses are relative, so that it works below any prefix. The viewer has one section
 * for all webhooks; theirs by tag would stand there empty.
 */
export const PAGE = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>yeta-sim API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
<style>.opblock-tag-section.is-open:not(:has(.opblock)) { display: none }</style>
</head>
<body>
<div id="viewer"></div>
<noscript>This page needs JavaScript; the contract itself is at <a href="openapi.json">openapi.json</a>.</noscript>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

/** Starts the viewer in the page; `validatorUrl: null` keeps it from asking a server of swagger.io. */
export const START_SCRIPT = `SwaggerUIBundle({
  url: new URL('openapi.json', location.href).href,
  dom_id: '#viewer',
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
`;
