import { useTerminal } from '../terminal';
import { Blotter } from '../panels/Blotter';
import { BookLadder } from '../panels/BookLadder';
import { Chart } from '../panels/Chart';
import { SymbolBar } from '../panels/SymbolBar';
import { Tape } from '../panels/Tape';
import { OrderTicket } from '../panels/OrderTicket';
import { WatchList } from '../panels/WatchList';
import { Header } from './Header';
import { HelpDialog } from './HelpDialog';
import { useKeyboard } from './keyboard';
import { LoginDialog } from './LoginDialog';
import { ScreenTabs } from './ScreenTabs';
import { Toasts } from './Toasts';

/** The desk: every panel is mounted once; the style sheet places them by the display's width. */
export function App() {
  const terminal = useTerminal();
  useKeyboard(terminal);
  const { store } = terminal;
  return (
    <div class="shell" data-screen={store.screen.value} data-link={store.link.value.phase}>
      <Header />
      <main class="desk">
        <WatchList />
        <div class="area-chart panel">
          <SymbolBar />
          <Chart />
        </div>
        <BookLadder />
        <OrderTicket />
        <Tape />
        <Blotter />
      </main>
      <ScreenTabs />
      <Toasts />
      {store.dialog.value === 'login' && <LoginDialog />}
      {store.dialog.value === 'help' && <HelpDialog />}
    </div>
  );
}
