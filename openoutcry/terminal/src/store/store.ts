/** All state of the terminal. Panels read it; feeds and the desk change it. */
import { signal } from '@preact/signals';
import type { LinkPhase } from '../venue/connection';
import type { Venue } from '../venue/rest';
import { type Zone, ZONES } from '../time/zone';
import { MarketState } from './market';
import { Notices } from './notices';
import { recall, remember } from './preferences';
import { Ticket } from './ticket';
import { TradingState } from './trading';

export type Dialog = 'login' | 'help' | null;
export const SCREENS = ['markets', 'chart', 'book', 'trade', 'account'] as const;
/** What a narrow display shows; a wide one shows them all. */
export type Screen = (typeof SCREENS)[number];
export type BlotterTab = 'orders' | 'positions' | 'fills' | 'history' | 'ledger';

export class Store {
  readonly venue = signal<Venue>({ name: 'Open Outcry', demo: false, demoUsers: [], version: '' });
  readonly link = signal<{ phase: LinkPhase; latencyMs: number | null }>({ phase: 'connecting', latencyMs: null });
  readonly market = new MarketState();
  readonly trading = new TradingState();
  readonly ticket = new Ticket(() => this.market.listing.value);
  readonly notices = new Notices();
  readonly dialog = signal<Dialog>(null);
  readonly screen = signal<Screen>('chart');
  readonly blotterTab = signal<BlotterTab>('orders');
  readonly zone = signal<Zone>(recall('zone', (json) => ZONES.find((zone) => zone === json) ?? null, 'UTC'));

  constructor() {
    remember('zone', this.zone);
  }
}
