import { type Screen, SCREENS } from '../store/store';
import { useTerminal } from '../terminal';

const NAMES: Readonly<Record<Screen, string>> = {
  markets: 'Markets', chart: 'Chart', book: 'Book', trade: 'Trade', account: 'Account',
};

/** The bar at the foot of a narrow display. */
export function ScreenTabs() {
  const { screen } = useTerminal().store;
  return (
    <nav class="screens" aria-label="Screens">
      {SCREENS.map((name) => (
        <button key={name} type="button" data-testid={`screen-${name}`} aria-current={screen.value === name ? 'page' : undefined}
          onClick={() => { screen.value = name; }}>{NAMES[name]}</button>
      ))}
    </nav>
  );
}
