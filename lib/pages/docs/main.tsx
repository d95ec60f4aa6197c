import { render } from 'preact';
import { Reference } from './reference.tsx';

const place = document.getElementById('page');
if (place !== null) render(<Reference />, place);
