"""The asyncio side of the engine's sequencer thread: order, time, durability."""
