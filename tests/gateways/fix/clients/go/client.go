// Places, replaces, cancels, gets filled, is cut and resumes with gap fill: client PORT.
package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/quickfixgo/quickfix"
	"github.com/quickfixgo/quickfix/store/file"
)

const (
	side, symbol, quantity, kind, price = quickfix.Tag(54), quickfix.Tag(55), quickfix.Tag(38), quickfix.Tag(40), quickfix.Tag(44)
	id, original, at                    = quickfix.Tag(11), quickfix.Tag(41), quickfix.Tag(60)
)

type client struct {
	reports chan *quickfix.Message
	logons  chan bool
}

func (c *client) OnCreate(quickfix.SessionID)                       {}
func (c *client) OnLogon(quickfix.SessionID)                        { c.logons <- true }
func (c *client) OnLogout(quickfix.SessionID)                       {}
func (c *client) ToApp(*quickfix.Message, quickfix.SessionID) error { return nil }
func (c *client) FromAdmin(*quickfix.Message, quickfix.SessionID) quickfix.MessageRejectError {
	return nil
}

func (c *client) ToAdmin(message *quickfix.Message, session quickfix.SessionID) {
	if kind, _ := message.Header.GetString(35); kind == "A" {
		user := strings.ToLower(strings.SplitN(session.SenderCompID, "-", 2)[0])
		message.Body.SetString(553, user)
		message.Body.SetString(554, user+"-demo")
	}
}

func (c *client) FromApp(message *quickfix.Message, _ quickfix.SessionID) quickfix.MessageRejectError {
	copied := quickfix.NewMessage()
	message.CopyInto(copied)
	c.reports <- copied
	return nil
}

func check(holds bool, what string, arguments ...any) {
	if !holds {
		fmt.Fprintf(os.Stderr, what+"\n", arguments...)
		os.Exit(1)
	}
}

func (c *client) expect(execution, status string) *quickfix.Message {
	select {
	case message := <-c.reports:
		gotExecution, _ := message.Body.GetString(150)
		gotStatus, _ := message.Body.GetString(39)
		check(gotExecution == execution && gotStatus == status, "150=%s 39=%s: %s", execution, status, message)
		return message
	case <-time.After(20 * time.Second):
		check(false, "no report with 150=%s", execution)
		return nil
	}
}

// start logs a session on; its numbers and messages stay in a directory.
func (c *client) start(sender, port, directory string) (*quickfix.Initiator, quickfix.SessionID) {
	text := fmt.Sprintf(`[DEFAULT]
ConnectionType=initiator
SocketConnectHost=127.0.0.1
SocketConnectPort=%s
HeartBtInt=30
FileStorePath=%s
[SESSION]
BeginString=FIX.4.4
SenderCompID=%s
TargetCompID=OPENOUTCRY
`, port, directory, sender)
	settings, err := quickfix.ParseSettings(strings.NewReader(text))
	check(err == nil, "settings: %v", err)
	initiator, err := quickfix.NewInitiator(c, file.NewStoreFactory(settings), settings, quickfix.NewNullLogFactory())
	check(err == nil, "initiator: %v", err)
	check(initiator.Start() == nil, "the initiator does not start")
	select {
	case <-c.logons:
	case <-time.After(20 * time.Second):
		check(false, "%s did not log on", sender)
	}
	return initiator, quickfix.SessionID{BeginString: "FIX.4.4", SenderCompID: sender, TargetCompID: "OPENOUTCRY"}
}

func send(session quickfix.SessionID, message string, fields map[quickfix.Tag]string) {
	built := quickfix.NewMessage()
	built.Header.SetString(35, message)
	built.Body.SetString(symbol, "JPM")
	built.Body.SetString(at, time.Now().UTC().Format("20060102-15:04:05.000"))
	for tag, value := range fields {
		built.Body.SetString(tag, value)
	}
	check(quickfix.SendToTarget(built, session) == nil, "cannot send")
}

func order(name, which, shares string) map[quickfix.Tag]string {
	return map[quickfix.Tag]string{id: name, side: which, quantity: shares, kind: "2", price: "215.70"}
}

func main() {
	port := os.Args[1]
	directory, err := os.MkdirTemp("", "fix-client")
	check(err == nil, "%v", err)
	defer os.RemoveAll(directory)
	label := fmt.Sprintf("-G%d", time.Now().UnixMilli()%1_000_000)
	alice := &client{reports: make(chan *quickfix.Message, 100), logons: make(chan bool, 10)}
	bob := &client{reports: make(chan *quickfix.Message, 100), logons: make(chan bool, 10)}
	first, buyer := alice.start("ALICE"+label, port, directory+"/a")
	second, seller := bob.start("BOB"+label, port, directory+"/b")
	defer second.Stop()
	send(buyer, "D", order(label+"a", "1", "100"))
	alice.expect("0", "0")
	replace := order(label+"b", "1", "80")
	replace[original] = label + "a"
	send(buyer, "G", replace)
	alice.expect("5", "0")
	send(seller, "D", order(label+"s", "2", "30"))
	bob.expect("0", "0")
	bob.expect("F", "2")
	alice.expect("F", "1")
	// Gone while it is filled: what happened comes again as a possible duplicate.
	first.Stop()
	send(seller, "D", order(label+"t", "2", "20"))
	bob.expect("0", "0")
	bob.expect("F", "2")
	first, buyer = alice.start("ALICE"+label, port, directory+"/a")
	defer first.Stop()
	missed := alice.expect("F", "1")
	again, _ := missed.Header.GetBool(43)
	filled, _ := missed.Body.GetString(14)
	check(again && filled == "50", "not sent again: %s", missed)
	send(buyer, "F", map[quickfix.Tag]string{id: label + "c", original: label + "b", side: "1"})
	alice.expect("4", "4")
	fmt.Println("QuickFIX/Go: placed, replaced, filled, gone, resumed, cancelled")
}
