import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import quickfix.*;
import quickfix.field.*;
import quickfix.fix44.*;

/** Places, replaces, cancels, gets filled, is cut and resumes with gap fill: Client PORT. */
public final class Client extends ApplicationAdapter {
    private final Map<SessionID, BlockingQueue<quickfix.Message>> reports = new ConcurrentHashMap<>();
    private final Map<SessionID, BlockingQueue<Boolean>> logons = new ConcurrentHashMap<>();

    @Override
    public void onCreate(SessionID session) {
        reports.put(session, new LinkedBlockingQueue<>());
        logons.put(session, new LinkedBlockingQueue<>());
    }

    @Override
    public void onLogon(SessionID session) {
        logons.get(session).add(true);
    }

    @Override
    public void toAdmin(quickfix.Message message, SessionID session) {
        if (message instanceof Logon) {
            String user = session.getSenderCompID().toLowerCase().replaceAll("-.*", "");
            message.setField(new Username(user));
            message.setField(new Password(user + "-demo"));
        }
    }

    @Override
    public void fromApp(quickfix.Message message, SessionID session) {
        reports.get(session).add(message);
    }

    private void logsOn(SessionID session) throws Exception {
        check(logons.get(session).poll(20, TimeUnit.SECONDS) != null, session + " did not log on");
    }

    private quickfix.Message expect(SessionID session, char type, char status) throws Exception {
        quickfix.Message report = reports.get(session).poll(20, TimeUnit.SECONDS);
        check(report != null, "no report with ExecType " + type);
        check(report.getChar(ExecType.FIELD) == type, "ExecType " + type + ": " + report);
        check(report.getChar(OrdStatus.FIELD) == status, "OrdStatus " + status + ": " + report);
        return report;
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    private static NewOrderSingle order(String id, char side, double quantity) {
        NewOrderSingle order =
                new NewOrderSingle(new ClOrdID(id), new Side(side), new TransactTime(), new OrdType(OrdType.LIMIT));
        order.set(new Symbol("XOM"));
        order.set(new OrderQty(quantity));
        order.set(new Price(117.40));
        return order;
    }

    private void run(SessionID alice, SessionID bob, String name) throws Exception {
        logsOn(alice);
        logsOn(bob);
        Session.sendToTarget(order(name + "a", Side.BUY, 100), alice);
        expect(alice, ExecType.NEW, OrdStatus.NEW);
        OrderCancelReplaceRequest replace =
                new OrderCancelReplaceRequest(
                        new OrigClOrdID(name + "a"), new ClOrdID(name + "b"), new Side(Side.BUY),
                        new TransactTime(), new OrdType(OrdType.LIMIT));
        replace.set(new Symbol("XOM"));
        replace.set(new OrderQty(80));
        replace.set(new Price(117.40));
        Session.sendToTarget(replace, alice);
        expect(alice, ExecType.REPLACED, OrdStatus.NEW);
        Session.sendToTarget(order(name + "s", Side.SELL, 30), bob);
        expect(bob, ExecType.NEW, OrdStatus.NEW);
        expect(bob, ExecType.TRADE, OrdStatus.FILLED);
        expect(alice, ExecType.TRADE, OrdStatus.PARTIALLY_FILLED);
        // Cut: what happens meanwhile comes again as a possible duplicate.
        Session.lookupSession(alice).disconnect("cut", false);
        Session.sendToTarget(order(name + "t", Side.SELL, 20), bob);
        expect(bob, ExecType.NEW, OrdStatus.NEW);
        expect(bob, ExecType.TRADE, OrdStatus.FILLED);
        logsOn(alice);
        quickfix.Message missed = expect(alice, ExecType.TRADE, OrdStatus.PARTIALLY_FILLED);
        check(missed.getHeader().getBoolean(PossDupFlag.FIELD), "not sent again: " + missed);
        check(missed.getDouble(CumQty.FIELD) == 50, "CumQty: " + missed);
        OrderCancelRequest cancel =
                new OrderCancelRequest(
                        new OrigClOrdID(name + "b"), new ClOrdID(name + "c"), new Side(Side.BUY), new TransactTime());
        cancel.set(new Symbol("XOM"));
        Session.sendToTarget(cancel, alice);
        expect(alice, ExecType.CANCELED, OrdStatus.CANCELED);
    }

    public static void main(String[] arguments) throws Exception {
        String label = "-J" + System.currentTimeMillis() % 1_000_000;
        SessionID alice = new SessionID("FIX.4.4", "ALICE" + label, "OPENOUTCRY");
        SessionID bob = new SessionID("FIX.4.4", "BOB" + label, "OPENOUTCRY");
        SessionSettings settings = new SessionSettings();
        settings.setString("ConnectionType", "initiator");
        settings.setString("SocketConnectHost", "127.0.0.1");
        settings.setString("SocketConnectPort", arguments[0]);
        settings.setString("HeartBtInt", "30");
        settings.setString("ReconnectInterval", "2");
        settings.setString("StartTime", "00:00:00");
        settings.setString("EndTime", "00:00:00");
        settings.setString("DataDictionary", "FIX44.xml");
        for (SessionID session : new SessionID[] {alice, bob}) {
            settings.setString(session, "BeginString", session.getBeginString());
            settings.setString(session, "SenderCompID", session.getSenderCompID());
            settings.setString(session, "TargetCompID", session.getTargetCompID());
        }
        Client client = new Client();
        SocketInitiator initiator =
                new SocketInitiator(client, new MemoryStoreFactory(), settings, new DefaultMessageFactory());
        initiator.start();
        try {
            client.run(alice, bob, label);
        } finally {
            initiator.stop();
        }
        System.out.println("QuickFIX/J: placed, replaced, filled, cut, resumed, cancelled");
        System.exit(0);
    }
}
