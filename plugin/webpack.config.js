const defaults = require('@wordpress/scripts/config/webpack.config');

module.exports = { ...defaults, entry: { page: './admin/index.tsx' } };
