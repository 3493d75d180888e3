/** Mounts the terminal on the venue that served this page. */
import { options, render } from 'preact';
import './style/base.css';
import './style/shell.css';
import './style/market.css';
import './style/trading.css';
import './style/dialogs.css';
import { App } from './shell/App';
import { startTerminal, TerminalProvider } from './terminal';

// Many messages, one drawing: components that changed are drawn once per animation frame.
options.debounceRendering = (draw) => requestAnimationFrame(draw);

const root = document.getElementById('terminal');
if (root === null) throw new Error('the page has no #terminal');
const terminal = startTerminal(new URL('.', location.href));
render(<TerminalProvider value={terminal}><App /></TerminalProvider>, root);
