import { useState } from 'preact/hooks';
import { useTerminal } from '../terminal';
import { sentence } from '../wire/problem';
import { Modal } from './Modal';

export function LoginDialog() {
  const { store, login } = useTerminal();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const { demo, demoUsers } = store.venue.value;

  const enter = async (name: string, secret: string): Promise<void> => {
    setBusy(true);
    setFailure('');
    try {
      await login.logIn(name, secret);
    } catch (error) {
      setFailure(sentence(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal title="Log in">
      <form class="login" onSubmit={(event) => { event.preventDefault(); void enter(username, password); }}>
        <label>User name
          <input name="username" autocomplete="username" autofocus required spellcheck={false} autocapitalize="none"
            data-testid="login-username" value={username}
            onInput={(event) => setUsername(event.currentTarget.value)} />
        </label>
        <label>Password
          <input name="password" type="password" autocomplete="current-password" required
            data-testid="login-password" value={password}
            onInput={(event) => setPassword(event.currentTarget.value)} />
        </label>
        <p class="form-error" role="alert" data-testid="login-error">{failure}</p>
        <button type="submit" class="button button-primary" disabled={busy} data-testid="login-submit">
          {busy ? 'Logging in…' : 'Log in'}
        </button>
      </form>
      {demo && demoUsers.length > 0 && (
        <section class="demo-users" aria-label="Demo users">
          <p>This venue is a demo. Enter as one of its users:</p>
          <div>
            {demoUsers.map((user) => (
              <button key={user.username} type="button" class="button" disabled={busy}
                data-testid={`login-demo-${user.username}`} title={`${user.username} / ${user.password}`}
                onClick={() => { setUsername(user.username); void enter(user.username, user.password); }}>
                {user.username}
              </button>
            ))}
          </div>
        </section>
      )}
    </Modal>
  );
}
