#!/bin/sh
# Makes a shop of a WordPress whose files and database are there: installs what is missing and leaves the rest as it is, so it may run
# any number of times. Wants SHOP_URL, SHOP_ADMIN_PASSWORD and WOOCOMMERCE_VERSION.
set -eu
plugin=dstnc-for-woocommerce

# "active", "inactive" or, where it isn't installed, nothing. By what is printed: right after its activation WooCommerce ends the next
# command with exit code 0, whatever that command found.
status() {
  wp plugin get "$1" --field=status 2>/dev/null || true
}

if [ ! -f "wp-content/plugins/$plugin/build/page.js" ]; then
  echo "The plugin isn't built: run \"npm run plugin:build\" in the repository, then this again." >&2
  exit 1
fi

if ! wp core is-installed; then
  wp core install --url="$SHOP_URL" --title='Lamp Shop' --skip-email \
    --admin_user=admin --admin_password="$SHOP_ADMIN_PASSWORD" --admin_email=admin@shop.example
fi
# Another SHOP_PORT than the last time.
wp option update home "$SHOP_URL"
wp option update siteurl "$SHOP_URL"
# With plain permalinks WooCommerce refuses its REST keys. The image has the web server's rules already.
wp rewrite structure '/%postname%/'

if [ -z "$(status woocommerce)" ]; then
  wp plugin install woocommerce --version="$WOOCOMMERCE_VERSION"
fi
if [ "$(status woocommerce)" != active ]; then
  wp plugin activate woocommerce
  wp option update woocommerce_currency EUR
  # The shop is open at once, and its assistant stays away.
  wp option update woocommerce_coming_soon no
  wp option update woocommerce_onboarding_profile '{"skipped":true,"completed":true}' --format=json
fi
if [ "$(status "$plugin")" != active ]; then
  wp plugin activate "$plugin"
fi
for needed in woocommerce "$plugin"; do
  if [ "$(status "$needed")" != active ]; then
    echo "$needed could not be activated: see above." >&2
    exit 1
  fi
done

echo "The shop is ready: $SHOP_URL/wp-admin (admin)"
