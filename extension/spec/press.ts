/** Press a button by its name, and let React finish what follows. */
import { act, screen } from '@testing-library/react';

export async function press(name: string | RegExp): Promise<void> {
  await act(async () => screen.getByRole('button', { name }).click());
}
