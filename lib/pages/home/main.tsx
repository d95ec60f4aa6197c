import { render } from 'preact';
import { Home } from './home.tsx';

const place = document.getElementById('page');
if (place !== null) render(<Home />, place);
