import { createRoot } from '@wordpress/element';
import { takeFromAddress } from './api/take-from-address.ts';
import { DstncPage } from './pages/dstnc-page.tsx';
import './page.css';

const code = takeFromAddress('code');
const product = takeFromAddress('product');
const root = document.getElementById('dstnc-page');
if (root) createRoot(root).render(<DstncPage arrivedWith={code} product={product} />);
