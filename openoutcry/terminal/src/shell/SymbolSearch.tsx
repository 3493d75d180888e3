import { useRef, useState } from 'preact/hooks';
import { useTerminal } from '../terminal';
import type { Listing } from '../wire/market';

const MOST_MATCHES = 10;

/** Listings by how they match: the symbol itself, its beginning, then any part of symbol or name. */
export function matchListings(listings: Iterable<Listing>, typed: string): Listing[] {
  const wanted = typed.trim().toUpperCase();
  const rank = ({ symbol, name }: Listing): number => {
    if (symbol === wanted) return 0;
    if (symbol.startsWith(wanted)) return 1;
    return symbol.includes(wanted) || name.toUpperCase().includes(wanted) ? 2 : 3;
  };
  return [...listings]
    .map((listing) => ({ listing, rank: rank(listing) }))
    .filter((match) => match.rank < 3)
    .sort((left, right) => left.rank - right.rank)
    .slice(0, MOST_MATCHES)
    .map((match) => match.listing);
}

export function SymbolSearch() {
  const { store: { market } } = useTerminal();
  const [typed, setTyped] = useState('');
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const matches = open ? matchListings(market.listings.value.values(), typed) : [];

  const leave = (): void => {
    setOpen(false);
    setTyped('');
    field.current?.blur();
  };
  const pick = (listing: Listing | undefined): void => {
    if (listing === undefined) return;
    market.select(listing.symbol);
    leave();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const move = moves[event.key];
    if (move !== undefined) setActive(Math.max(0, Math.min(matches.length - 1, active + move)));
    else if (event.key === 'Enter') pick(matches[active]);
    else if (event.key === 'Escape') leave();
    else return;
    event.preventDefault();
  };

  return (
    <div class="search">
      <input id="symbol-search" ref={field} type="text" role="combobox" autocomplete="off" spellcheck={false}
        placeholder="Search symbol" aria-label="Search symbol" data-testid="symbol-search"
        aria-expanded={open} aria-controls="symbol-matches" aria-autocomplete="list"
        aria-activedescendant={matches.length > 0 ? `symbol-match-${active}` : undefined}
        value={typed}
        onFocus={() => { setOpen(true); setActive(0); }}
        onBlur={() => setOpen(false)}
        onInput={(event) => { setTyped(event.currentTarget.value); setActive(0); }}
        onKeyDown={onKeyDown} />
      <kbd aria-hidden="true">/</kbd>
      {open && (
        <ul id="symbol-matches" class="search-matches" role="listbox" aria-label="Symbols">
          {matches.map((listing, index) => (
            <li key={listing.symbol} id={`symbol-match-${index}`} role="option" aria-selected={index === active}
              class={index === active ? 'active' : ''} data-testid={`symbol-match-${listing.symbol}`}
              onPointerDown={(event) => { event.preventDefault(); pick(listing); }}>
              <b>{listing.symbol}</b><span>{listing.name}</span>
            </li>
          ))}
          {matches.length === 0 && <li class="search-none">No such symbol</li>}
        </ul>
      )}
    </div>
  );
}
