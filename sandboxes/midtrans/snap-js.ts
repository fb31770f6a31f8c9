/**
 * The script behind `/snap/snap.js`: opens the pay page in a frame and turns its messages into the four
 * callbacks of Snap. It runs in the shop's page, so it is plain script text.
 * @see payments.md 1.3
 */
export const SNAP_JS = `(function () {
  'use strict'
  var origin = new URL(document.currentScript.src).origin
  var current = null

  function pageUrl(token, options) {
    var url = origin + '/snap/v4/redirection/' + encodeURIComponent(token) + '?embedded=1'
    if (options.selectedPaymentType) url += '&select=' + encodeURIComponent(options.selectedPaymentType)
    return url
  }

  function makeFrame(token, options) {
    var frame = document.createElement('iframe')
    frame.src = pageUrl(token, options)
    frame.title = 'Pembayaran Midtrans (simulasi)'
    frame.style.cssText = 'border:0;width:100%;height:100%;background:#fff'
    return frame
  }

  function begin(token, options, container, isPopup) {
    end()
    current = { options: options, container: container, isPopup: isPopup, result: null, event: null }
    container.appendChild(makeFrame(token, options))
  }

  function end() {
    if (!current) return
    if (current.isPopup) current.container.remove()
    else current.container.textContent = ''
    current = null
  }

  function overlay() {
    var box = document.createElement('div')
    box.id = 'snap-midtrans'
    box.setAttribute('role', 'dialog')
    box.setAttribute('aria-label', 'Pembayaran')
    box.style.cssText = 'position:fixed;inset:0;z-index:2147483647;background:rgba(2,6,23,.6);padding:2vh max(0px,calc(50vw - 240px))'
    document.body.appendChild(box)
    return box
  }

  function finish(event, result) {
    var options = current.options
    var callback = { success: options.onSuccess, pending: options.onPending, error: options.onError, close: options.onClose }[event]
    end()
    if (callback) callback(result)
    else if (event !== 'close' && result && result.finish_redirect_url) location.assign(result.finish_redirect_url)
  }

  window.addEventListener('message', function (message) {
    if (message.origin !== origin || !current || !message.data || message.data.source !== 'midtrans-sandbox') return
    finish(message.data.event, message.data.result)
  })

  function checkToken(token) {
    if (!token) throw new Error('Required argument token (string) is missing')
  }

  window.snap = {
    pay: function (token, options) {
      checkToken(token)
      begin(token, options || {}, overlay(), true)
    },
    embed: function (token, options) {
      checkToken(token)
      begin(token, options || {}, document.getElementById((options || {}).embedId), false)
    },
    show: function () {
      if (!current || !current.isPopup) begin('', {}, overlay(), true)
      else current.container.style.display = 'block'
    },
    hide: function () {
      if (current && current.isPopup) current.container.style.display = 'none'
    }
  }
})()
`
